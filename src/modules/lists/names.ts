// Names that several parts of the module share.

export const IMPORT_LIST = 'import_list';
export const DELETE_LIST = 'delete_list';
/** The provider under which a workspace stores its key for the members API. */
export const MEMBERS_PROVIDER = 'members';
