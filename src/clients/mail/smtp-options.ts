// Options of an SMTP server in addition to its URL.
export interface SmtpOptions {
  /** For logs and health. Default: the host of the URL. */
  readonly name?: string;
  /** Connections at once. Default: as many as the module sends at once. */
  readonly maxConnections?: number;
  /** Messages after which a connection is replaced. Default 100. */
  readonly maxMessages?: number;
  /** Time limit for connecting, and for the greeting. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** Time limit of each response of the server. Default 60,000. A message whose response is not awaited may be sent twice. */
  readonly responseTimeoutMs?: number;
  /**
   * `required` refuses to send without TLS (`smtps://`, or STARTTLS); `opportunistic` uses it if the server offers it. Invalid certificates
   * are refused in both cases. Default: `required`, but `opportunistic` for loopback addresses.
   */
  readonly tls?: 'required' | 'opportunistic';
  /** Certificates of authorities (PEM) that are trusted instead of those of Node.js. */
  readonly ca?: string;
  /** Signs every mail (RFC 6376). */
  readonly dkim?: DkimOptions;
}

export interface DkimOptions {
  /** The signing domain; usually that of the sender's address. */
  readonly domain: string;
  /** The name under which the public key is published: `<selector>._domainkey.<domain>`. */
  readonly selector: string;
  /** PEM, RSA or Ed25519. */
  readonly privateKey: string;
}
