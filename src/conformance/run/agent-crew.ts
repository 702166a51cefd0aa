import { type AgentExit, type AgentProcess, startAgent } from './agent-process.js';

/** The agents of one scenario. */
export interface AgentCrew {
  readonly running: number;
  /** @throws AgentStartError */
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends all that run, and what those have left behind that ended by themselves; resolves when no process of them is left. */
  stop(): Promise<void>;
  /** The end of what they wrote, the last one's last. */
  output(): string;
  /** How one ended by itself, the first of them; null where none did. */
  readonly ended: AgentExit | null;
  /** Some had to be killed. */
  readonly killed: boolean;
}

export interface AgentCrewOptions {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stopGraceMs: number;
  readonly onEvent: (text: string) => void;
}

const keptOutput = 16_384;

export function createAgentCrew(options: AgentCrewOptions): AgentCrew {
  const { command, cwd, stopGraceMs, onEvent } = options;
  const started = new Set<AgentProcess>();
  const running = new Set<AgentProcess>();
  const stopping = new Set<AgentProcess>();
  let written = '';
  let ended: AgentExit | null = null;
  let killed = false;

  const keep = (text: string): void => {
    written = `${written}${text}`.slice(-keptOutput);
  };
  return {
    get running() {
      return running.size;
    },
    async start(env = {}) {
      const agent = await startAgent(command, { env: { ...options.env, ...env }, cwd });
      started.add(agent);
      running.add(agent);
      onEvent('the agent started');
      void agent.exited.then((exit) => {
        running.delete(agent);
        keep(exit.output);
        if (stopping.has(agent)) return;
        ended ??= exit;
        onEvent(`the agent ended by itself, ${howItEnded(exit)}`);
      });
    },
    async stop() {
      for (const agent of running) stopping.add(agent);
      const all = [...started];
      started.clear();
      await Promise.all(
        all.map(async (agent) => {
          const exit = await agent.stop(stopGraceMs);
          running.delete(agent);
          if (exit.killed) killed = true;
          if (!stopping.has(agent)) return;
          onEvent(
            exit.killed
              ? `the agent did not end within ${stopGraceMs} ms of SIGTERM and was killed`
              : 'the agent was stopped',
          );
        }),
      );
    },
    output: () => [...running].reduce((text, agent) => `${text}${agent.output().output}`, written).slice(-keptOutput),
    get ended() {
      return ended;
    },
    get killed() {
      return killed;
    },
  };
}

export function howItEnded({ code, signal }: Pick<AgentExit, 'code' | 'signal'>): string {
  return signal === null ? `with exit code ${code}` : `by ${signal}`;
}
