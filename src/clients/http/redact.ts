// Removes secrets from foreign texts: a receiver may echo what it was sent.

const SCHEME = /^(?:Bearer|Basic|Token) /i;

/** A function that replaces every occurrence of the secrets, and of their part after `Bearer `, by `[redacted]`. */
export function createRedact(secrets: readonly string[]): (text: string) => string {
  const bare = secrets.map((secret) => secret.replace(SCHEME, '')).filter((secret) => secret.length >= 4);
  const longestFirst = [...new Set(bare)].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}
