// Settings of the dedicated session that make the server notice within about ten seconds that we are gone.
import type { Commands } from '../../database.js';
import { SET_FOR_SESSION } from '../../wire/session-settings.js';

const SETTINGS: readonly string[] = [
  SET_FOR_SESSION,
  'SET tcp_keepalives_idle = 5',
  'SET tcp_keepalives_interval = 2',
  'SET tcp_keepalives_count = 3',
  'SET tcp_user_timeout = 10000',
  "SET client_connection_check_interval = '2s'",
  // idle by nature, and never long in a statement
  'SET idle_session_timeout = 0',
  'SET statement_timeout = 0',
];

/** Sets what the server and its platform know; answers the settings that were refused. */
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
