// `punctual start`: the server, as `npm start` runs it.
import { group } from '../../kit/define.js';

export const startCommand = () =>
  group('start', 'runs the server until a signal stops it')
    .addHelpText('after', '\nIt is configured by the environment and a .env file; see .env.example.')
    .action(async () => {
      const { main } = await import('../../../server.js'); // the other commands need no web server
      await main();
    });
