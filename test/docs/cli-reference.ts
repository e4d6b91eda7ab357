// The reference of the command line as it is written from the commands themselves.
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.js';

const WIDTH = 110;

/** The help of a command as a terminal of a fixed width would show it. */
function helpOf(command: Command): string {
  let text = '';
  const write = (part: string): void => void (text += part);
  command
    .configureHelp({ helpWidth: WIDTH })
    .configureOutput({ writeOut: write, getOutHelpWidth: () => WIDTH, getOutHasColors: () => false });
  command.outputHelp();
  return text.trim();
}

function section(command: Command, above: readonly string[]): string[] {
  const path = [...above, command.name()];
  const inner = command.commands.filter((one) => one.name() !== 'help');
  return [
    `## ${path.join(' ')}`,
    '',
    '```text',
    helpOf(command),
    '```',
    '',
    ...inner.flatMap((one) => section(one, path)),
  ];
}

/** Everything below the introduction of docs/reference/cli.md. */
export const cliReference = async (): Promise<string> => section(await createProgram(), []).join('\n');
