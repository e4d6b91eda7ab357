// Names that several parts of the module share.

export const IMPORT_LIST = 'import_list';
export const DELETE_LIST = 'delete_list';
/** The provider under which a workspace stores its key for the members API. */
export const MEMBERS_PROVIDER = 'members';

/**
 * A list that ends starts the next one of its workspace, and the upkeep starts those that were missed; a list that is never started checks
 * by itself after this time.
 */
export const LOOK_AGAIN_MS = 600_000;

/** A worker waits this long for a rate limit of the members API to reset; an import that would wait longer is put off. */
export const LONGEST_WAIT_MS = 15_000;
