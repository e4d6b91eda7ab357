// `punctual/lists`: batch lists, imported from a members API or a file.
export { lists, type Lists, type ListsOptions } from './module.js';
export type { FoundMembers } from './db/search-members.js';
export type { Listing, ListRequest } from './listing.js';
export type { BatchList, ListPriority, ListQuery, ListSource, ListStatus, Owner } from './db/lists.js';
export type { ListMember, ListReject, MemberPage } from './db/members.js';
export { DELETE_LIST, IMPORT_LIST } from './names.js';
