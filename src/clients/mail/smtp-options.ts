// What can be said about an SMTP server beside its URL.
export interface SmtpOptions {
  /** For logs and health. Default: the host of the URL. */
  readonly name?: string;
  /** Connections at once. Default: as many as the module sends at once. */
  readonly maxConnections?: number;
  /** Messages after which a connection is replaced. Default 100. */
  readonly maxMessages?: number;
  /** For the connection to be made, and for the greeting. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** For each response of the server. Default 60,000: a message whose response is not waited for may be sent twice. */
  readonly responseTimeoutMs?: number;
  /**
   * `required` refuses to send without TLS (`smtps://`, or STARTTLS); `opportunistic` uses it where the server offers it. A certificate
   * that is not valid is refused in both. Default: `required`, but `opportunistic` for loopback addresses.
   */
  readonly tls?: 'required' | 'opportunistic';
  /** Certificates of authorities (PEM) that are trusted instead of those of Node.js. */
  readonly ca?: string;
  /** Signs every mail (RFC 6376). */
  readonly dkim?: DkimOptions;
}

export interface DkimOptions {
  /** The domain that signs; as a rule that of the sender's address. */
  readonly domain: string;
  /** Under which name the public key is published: `<selector>._domainkey.<domain>`. */
  readonly selector: string;
  /** PEM, RSA or Ed25519. */
  readonly privateKey: string;
}
