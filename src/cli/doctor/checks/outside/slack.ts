// The Slack token: whether it is accepted and may post messages. Nothing is posted.
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';
import { ask, baseOf } from './ask.js';

export interface SlackFacts {
  readonly base: string;
  readonly status: number | null;
  /** Error of the connection, or Slack's own (`invalid_auth`). */
  readonly error: string | null;
  readonly team: string | null;
  /** null: the server did not say. */
  readonly scopes: readonly string[] | null;
}

const OWN = 'https://slack.com/api';
const NEEDED = 'chat:write';

function decideSlack({ base, status, error, team, scopes }: SlackFacts): Finding {
  if (status === null) {
    return {
      status: 'fail',
      message: `${base} cannot be reached: ${error}`,
      todo: 'check SLACK_API_URL and the network',
    };
  }
  if (error !== null) {
    const todo = 'set SLACK_BOT_TOKEN to the bot token of an installed app (xoxb-…)';
    return { status: 'fail', message: `${base} refuses SLACK_BOT_TOKEN: ${error}`, todo };
  }
  if (scopes !== null && !scopes.includes(NEEDED)) {
    return { status: 'fail', message: `the token may not post messages`, todo: `give the app the scope ${NEEDED}` };
  }
  return ok(`${base} accepts the token${team === null ? '' : ` of ${team}`}`);
}

async function probe({ env }: Patient): Promise<SlackFacts | null> {
  const token = env['SLACK_BOT_TOKEN'];
  if (!token) return null;
  const base = baseOf(env['SLACK_API_URL'], OWN);
  const { status, body, headers, error } = await ask(`${base}/auth.test`, token, 'POST');
  const said = typeof body['error'] === 'string' ? body['error'] : `status ${status ?? 'none'}`;
  return {
    base,
    status,
    error: status === null ? error : body['ok'] === true ? null : said,
    team: typeof body['team'] === 'string' ? body['team'] : null,
    scopes: headers.get('x-oauth-scopes')?.split(/,\s*/) ?? null,
  };
}

export const slack = defineCheck<SlackFacts>({ name: 'Slack', needsDatabase: false, probe, decide: decideSlack });
