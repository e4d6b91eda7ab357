// Ownership of recipients: a recipient belongs to its user and its workspace, if these are set.

export interface Owner {
  readonly userId: string;
  readonly workspaceId: string | null;
}

/** `r` is the recipient, $1 the user, $2 the workspace. */
export const OWN = `(r.user_id = $1 AND (r.workspace_id IS NULL OR r.workspace_id = $2)
  OR r.user_id IS NULL AND r.workspace_id = $2)`;

export const ownerValues = ({ userId, workspaceId }: Owner): unknown[] => [userId, workspaceId];
