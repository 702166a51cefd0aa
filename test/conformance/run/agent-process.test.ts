import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startAgent } from '../../../src/conformance/run/agent-process.js';

const node = process.execPath;
const options = { env: process.env, cwd: process.cwd() };

/** Resolves with the first line that the agent writes. */
function firstLine(): { onOutput: (chunk: Buffer) => void; line: Promise<string> } {
  let text = '';
  let accept: (line: string) => void = () => {};
  const line = new Promise<string>((resolve) => {
    accept = resolve;
  });
  return {
    line,
    onOutput: (chunk) => {
      text += chunk.toString();
      if (text.includes('\n')) accept(text.slice(0, text.indexOf('\n')));
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}

describe('startAgent', () => {
  it('says why a program that does not exist cannot be started', async () => {
    await expect(startAgent(['/no/such/agent'], options)).rejects.toMatchObject({
      name: 'AgentStartError',
      message: expect.stringContaining("'/no/such/agent' cannot be started: there is no such program"),
    });
  });

  it('says so where the file is not executable', async () => {
    await expect(startAgent([import.meta.filename], options)).rejects.toMatchObject({
      message: expect.stringContaining('it is not executable'),
    });
  });

  it('takes arguments as they are, without a shell', async () => {
    const agent = await startAgent([node, '-e', 'console.log(process.argv[1])', '$HOME; exit 7'], options);
    expect(await agent.exited).toMatchObject({ code: 0, output: '$HOME; exit 7\n' });
  });

  it('keeps the end of a long output and counts the rest', async () => {
    const script = "process.stdout.write('x'.repeat(5_000_000)); console.error('last words')";
    const agent = await startAgent([node, '-e', script], options);
    const exit = await agent.exited;
    expect(exit.output.length + exit.outputDropped).toBe(5_000_011);
    expect(exit.outputDropped).toBeGreaterThan(4_000_000);
  });

  it('ends an agent by SIGTERM, and tells its exit code', async () => {
    const { onOutput, line } = firstLine();
    const script = "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up')";
    const agent = await startAgent([node, '-e', script], { ...options, onOutput });
    await line;
    expect(await agent.stop(5_000)).toMatchObject({ code: 9, killed: false });
  });

  it('sends SIGTERM once', async () => {
    const { onOutput, line } = firstLine();
    const script = `
      let signals = 0;
      process.on('SIGTERM', () => { signals += 1; setTimeout(() => process.exit(signals), 200); });
      setInterval(() => {}, 1000);
      console.log('up');`;
    const agent = await startAgent([node, '-e', script], { ...options, onOutput });
    await line;
    expect(await agent.stop(5_000)).toMatchObject({ code: 1 });
  });

  it('kills an agent that ignores SIGTERM, with the children that it forked', async () => {
    const { onOutput, line } = firstLine();
    const child = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(process.pid)";
    const script = `
      process.on('SIGTERM', () => {});
      const forked = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
      setInterval(() => {}, 1000);`;
    const agent = await startAgent([node, '-e', script], { ...options, onOutput });
    const forked = Number(await line);
    expect(isAlive(forked)).toBe(true);
    expect(await agent.stop(100)).toMatchObject({ signal: 'SIGKILL', killed: true });
    expect(isAlive(forked)).toBe(false);
  });

  const noProc = existsSync('/proc/self/environ') ? '' : '; skipped: there is no /proc';
  it.skipIf(noProc !== '')(
    `ends what has left the process group, also where the agent itself is gone${noProc}`,
    async () => {
      const { onOutput, line } = firstLine();
      const script = `
        const { spawn } = require('node:child_process');
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
        child.unref();
        console.log(child.pid);`;
      const agent = await startAgent([node, '-e', script], { ...options, onOutput });
      const left = Number(await line);
      expect(await agent.exited).toMatchObject({ code: 0 });
      expect(isAlive(left)).toBe(true);
      expect(await agent.stop(5_000)).toMatchObject({ code: 0, killed: false });
      expect(isAlive(left)).toBe(false);
    },
  );
});
