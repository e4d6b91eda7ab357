// An update in a digest: the row of the host's table, as text.

/** Stored in the notification as JSON, so that it is there when the mail is rendered. */
export interface DigestUpdate {
  readonly id: string;
  readonly authorId: string | null;
  readonly contentType: string | null;
  readonly title: string | null;
  readonly body: string | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}
