// Settings of the dedicated session with which the server notices within about ten seconds that the connection is lost.
import type { Commands } from '../../../database.js';
import { SET_FOR_SESSION, SETTINGS_THAT_NOTICE_ABSENCE } from '../../../wire/session-settings.js';

const SETTINGS: readonly string[] = [
  SET_FOR_SESSION,
  ...SETTINGS_THAT_NOTICE_ABSENCE,
  // this session is usually idle, and its statements are short
  'SET idle_session_timeout = 0',
  'SET statement_timeout = 0',
];

/** Applies the settings that the server and its platform support; returns those that were refused. */
export async function applySessionSettings(session: Commands): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const statement of SETTINGS) {
    try {
      await session.query(statement);
    } catch {
      refused.push(statement);
    }
  }
  return refused;
}
