// `punctual start`: the server, as `npm start` runs it.
import { Command } from 'commander';

export const startCommand = (): Command =>
  new Command('start')
    .description('runs the server until a signal ends it')
    .addHelpText('after', '\nIt is configured by the environment and a .env file; see .env.example.')
    .action(async () => {
      const { main } = await import('../../server.js'); // the other commands need no web server
      await main();
    });
