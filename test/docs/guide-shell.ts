import { spawn, spawnSync } from 'node:child_process';

export interface GuideShell {
  /** What the commands print, errors included. Variables, functions and files stay for the next ones. */
  run(commands: string): Promise<string>;
  close(): void;
}

/** Why guides cannot be acted out here; null where they can. */
export function missingTool(): string | null {
  for (const tool of ['bash', 'curl', 'sed', 'grep']) {
    if (spawnSync(tool, ['--version']).error !== undefined) return `${tool} is not here`;
  }
  return null;
}

const mark = '--- the commands are done ---';

/** One shell for a whole guide. */
export function openGuideShell(directory: string): GuideShell {
  const shell = spawn('bash', ['--norc', '--noprofile'], { cwd: directory, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let look: () => void = () => {};
  let fail: (error: Error) => void = () => {};
  shell.once('close', () => fail(new Error(`the shell ended:\n${output}`)));
  const take = (text: string) => {
    output += text;
    look();
  };
  shell.stdout.setEncoding('utf8').on('data', take);
  shell.stderr.setEncoding('utf8').on('data', take);
  return {
    run: (commands) =>
      new Promise((resolve, reject) => {
        output = '';
        look = () => {
          const end = output.indexOf(`${mark}\n`);
          if (end >= 0) resolve(output.slice(0, end));
        };
        fail = reject;
        shell.stdin.write(`${commands}\necho '${mark}'\n`);
      }),
    close: () => {
      shell.stdin.end();
    },
  };
}
