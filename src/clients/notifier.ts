// The interface of notifications for other modules and the host: how to send one, and how to define its content. Types only, so that a
// module can use it without importing the notifications module: `host.use<Notifier>('notifications')`.

export type DeliveryMethod = 'email' | 'sms' | 'whatsapp';
export type NotificationPriority = 'urgent' | 'high' | 'normal' | 'low';

/** JSON: values are stored as such, so a Date arrives in the template as a string. */
export type TemplateData = Readonly<Record<string, unknown>>;

/** The address of a notification that does not come from its recipient. */
export interface Addressee {
  readonly email: string;
  readonly name?: string;
}

/** A notification to be sent. Either `to` or `recipientId` must be given. */
export interface NotificationInput {
  /** An address, or a phone number for `sms` and `whatsapp`. Default: what the recipient's row says when the message is sent. */
  readonly to?: string | Addressee;
  /** A row of `recipients`. Its mutes, quiet hours and preferences apply; without it none do. */
  readonly recipientId?: string;
  /** The owner of the notification, for the status routes. Default: the recipient's user and workspace. */
  readonly userId?: string;
  readonly workspaceId?: string;
  /** Ids of the host that it refers to, for filters. */
  readonly groupId?: string;
  readonly updateId?: string;
  /** `immediate`, `digest`, `system`, `dunning`, `engagement`, or a registered template. */
  readonly type: string;
  /** The variables of the template; at most 64 kB of JSON. */
  readonly templateData?: TemplateData;
  /** Instead of the template's subject. One line, at most 500 characters. */
  readonly subject?: string;
  /**
   * What the recipient can switch off. Default: the template's category. `system` and `dunning` are critical: mutes and quiet hours do not
   * apply to them, but the suppression list does.
   */
  readonly category?: string;
  /** Default `normal`. */
  readonly priority?: NotificationPriority;
  /** Not before this instant. Default: at once. */
  readonly scheduledFor?: Date;
  /** Default `email`. */
  readonly deliveryMethod?: DeliveryMethod;
  /**
   * Stored once for each key: a second notification with the key is a duplicate of the first, as long as that is kept (90 days by default),
   * whatever its outcome.
   */
  readonly uniqueKey?: string;
}

export interface StoredNotification {
  /** Of the notification and of its job alike: `GET /api/jobs/<id>`. For a duplicate, of the one that has its key. */
  readonly id: string;
  /** `Message-ID` of the mail, the same on every attempt; for `sms` and `whatsapp` the `message_id` that the gateway is sent. */
  readonly messageId: string;
  /**
   * `queued`: it will be sent. `duplicate`: its unique key is taken, nothing was stored. `suppressed`: its address is on the suppression
   * list; it is stored as cancelled, so that the history shows why nothing was sent.
   */
  readonly outcome: 'queued' | 'duplicate' | 'suppressed';
}

/** A stored notification, as a step that prepares its data sees it. */
export interface PendingNotification {
  readonly id: string;
  readonly type: string;
  readonly category: string;
  readonly deliveryMethod: DeliveryMethod;
  readonly recipientId: string | null;
  readonly userId: string | null;
  readonly workspaceId: string | null;
  readonly groupId: string | null;
  readonly updateId: string | null;
  readonly subject: string | null;
  readonly templateData: TemplateData;
  readonly scheduledFor: Date;
  /** 1 for the first. */
  readonly attempt: number;
}

/** Returns the data that the template is rendered with. */
export type PrepareTemplateData = (
  notification: PendingNotification,
  context: { readonly signal: AbortSignal },
) => Promise<TemplateData> | TemplateData;

/** A validator of the [Standard Schema](https://standardschema.dev): such as a zod, Valibot or ArkType schema. */
export interface TemplateSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>;
  };
}

export type SchemaResult =
  { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * A kind of notification. Sources are templates of Eta between `{{` and `}}`: `{{ it.name }}` inserts a variable escaped, `{{~ it.html }}`
 * inserts it as it is, `{{% if (it.name) { }} … {{% } }}` is JavaScript. A template is code: never build one from user input.
 */
export interface NotificationTemplate {
  /** The name by which it is sent; lower-case letters, digits, `_`, `-` and `.`. */
  readonly type: string;
  /** Validates `templateData`: invalid data is refused with paths. Default: any object. */
  readonly schema?: TemplateSchema;
  /** Source of the subject line. Inserted variables are not escaped there: it is text. */
  readonly subject: string;
  /** Source of what mail clients show beside the subject. */
  readonly preheader?: string;
  /** Source of the HTML between the layout's header and footer. */
  readonly body: string;
  /** Source of the plain text, for `sms` and `whatsapp` as well. Default: made from the HTML. */
  readonly text?: string;
  /** Default: the type. */
  readonly category?: string;
}

/** The service `notifications`. */
export interface Notifier {
  /**
   * Stores a notification; it is sent later by a job. With `db` it is stored in the caller's transaction. Throws INVALID_INPUT, with the
   * paths of what is wrong.
   */
  send(notification: NotificationInput, options?: NotifyOptions): Promise<StoredNotification>;
  /**
   * Many in one statement; all are stored or none. Returns one result for each, in order. Throws INVALID_INPUT with paths that begin
   * with the index: `3.to`.
   */
  sendMany(
    notifications: readonly NotificationInput[],
    options?: NotifyOptions,
  ): Promise<readonly StoredNotification[]>;
  /**
   * Registers a step that runs in the delivery job before the template is rendered, once for each notification of the type: what it returns
   * is kept for further attempts. If a step fails or takes longer than 20 s, the data is left unchanged. Throws INVALID_CONFIG for a second
   * step of one type.
   */
  prepare(type: string, step: PrepareTemplateData): void;
  /**
   * Renders a mail as a preview; nothing is stored or sent, and no step prepares its data. Dates are shown in `timeZone`. Throws
   * INVALID_INPUT, with paths, as `send` does.
   */
  render(
    notification: Pick<NotificationInput, 'type' | 'templateData' | 'subject'>,
    options?: { readonly timeZone?: string | null },
  ): Promise<RenderedNotification>;
  /** Throws INVALID_CONFIG for a type that is taken, and for a source that does not compile. */
  registerTemplate(template: NotificationTemplate): void;
}

export interface RenderedNotification {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export interface NotifyOptions {
  /** A client in the caller's transaction. Default: a transaction of its own. */
  readonly db?: NotifierDb;
}

/** Runs statements: a client of `pg`, or the argument of a module's `host.db.transaction`. */
export interface NotifierDb {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}
