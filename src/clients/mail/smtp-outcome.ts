// What an SMTP error means for a message. Pure: the rules for retries are defined only here.
//
//   session (connect, TLS, EHLO, AUTH) │ MAIL, RCPT, DATA command │ the message │ final response
//   deferred, the server's trouble      │ 4xx deferred, 5xx refused │ deferred    │ 4xx deferred, 5xx refused, none: unknown
import { outcome } from './outcomes.js';
import type { TransportOutcome } from './transport.js';

/** The fields of a nodemailer error that are considered. */
export interface SmtpError {
  readonly message: string;
  /** Of nodemailer: `ECONNECTION`, `EENVELOPE`, … */
  readonly code?: string;
  /** The command to which the server responded: `CONN`, `EHLO`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA`. */
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** Codes that concern the session, whatever the command was: nothing is wrong with the message. */
const OF_THE_SESSION = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'EDNS', 'EPROXY', 'EREQUIRETLS']);
const OF_THE_MESSAGE = /^(MAIL FROM|RCPT TO|DATA)$/;
/** Refused before contacting the server: an address or a size that cannot be sent. */
const REFUSED_HERE = new Set(['EENVELOPE', 'EMESSAGE']);
/** The server is overloaded or closing: out of space, too many connections. */
const OVERLOAD = new Set([421, 452, 454]);

/** RFC 3463: bad destination mailbox, bad destination system, syntax, moved, null MX. */
const ENHANCED_UNKNOWN = /\b5\.1\.(?:1|2|3|6|10)\b/;
const ENHANCED = /\b[45]\.\d{1,3}\.\d{1,3}\b/;
const WORDS_UNKNOWN =
  /user unknown|unknown (?:user|recipient|mailbox|address)|no such (?:user|recipient|mailbox|address|person)|(?:user|recipient|mailbox|address|account)\b.{0,40}(?:does not exist|doesn't exist|not found|not exist)|mailbox unavailable|invalid (?:recipient|mailbox)/i;

/** `sent`: the whole message, with its final dot, had been handed to the connection. */
export function judgeSmtpError(error: SmtpError, sent: boolean): TransportOutcome {
  const { responseCode: code = null, response = null, message, command = '' } = error;
  const about = { code, response, error: response === null ? message : `${command}: ${message}` };
  if (sent && code === null) {
    return outcome('unknown', {
      ...about,
      error: `lost before the response to the message: ${message}`,
      serverTrouble: true,
    });
  }
  if (error.code === 'EABORT') return outcome('deferred', about);
  if (isOfSession(error)) return outcome('deferred', { ...about, serverTrouble: true });
  if (code === null) return outcome(REFUSED_HERE.has(error.code ?? '') ? 'refused' : 'deferred', about);
  // 503, bad sequence of commands, is about the session's state
  if (code >= 500 && code !== 503) return outcome('refused', { ...about, unknownAddress: isUnknownAddress(error) });
  return outcome('deferred', { ...about, serverTrouble: OVERLOAD.has(code) || code === 503 });
}

function isOfSession({ code = '', command = '', responseCode }: SmtpError): boolean {
  if (OF_THE_SESSION.has(code)) return true;
  if (responseCode === undefined) return !REFUSED_HERE.has(code);
  return !OF_THE_MESSAGE.test(command);
}

/** Whether the address was refused because it does not exist, rather than because of the message. */
function isUnknownAddress({ command, responseCode = 0, response = '' }: SmtpError): boolean {
  if (command !== 'RCPT TO' || ![550, 551, 553, 556].includes(responseCode)) return false;
  return ENHANCED.test(response) ? ENHANCED_UNKNOWN.test(response) : WORDS_UNKNOWN.test(response);
}
