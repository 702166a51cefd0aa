// Agents that do what no agent should: bad-agent.mjs MODE FILE [AGENT...]. FILE gets the addresses that it was given.
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { connect } from 'node:http2';

const [mode, file, ...agent] = process.argv.slice(2);
const { PLUMBLINE_SERVER: server, PLUMBLINE_CLUSTER_ID: clusterId, KUBECONFIG: kubeconfig } = process.env;
const [, kubernetes = ''] = /server: https?:\/\/(\S+)/.exec(readFileSync(kubeconfig, 'utf8')) ?? [];
appendFileSync(file, `${server}\n${kubernetes}\n`);

const forever = 'setInterval(() => {}, 1000)';
const stubborn = `process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); ${forever}`;

const modes = {
  /** 10,000 reports a second, whether they are answered or not. */
  flood() {
    const session = connect(`http://${server}`);
    session.on('error', () => {});
    const text = Buffer.from(clusterId);
    const message = Buffer.concat([Buffer.from([10, text.length]), text, Buffer.from([16, 5, 32, 1])]);
    const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
    const headers = {
      ':method': 'POST',
      ':path': '/agent.Synchronizer/KubernetesAPISync',
      'content-type': 'application/grpc',
      te: 'trailers',
    };
    setInterval(() => {
      for (let count = 0; count < 100 && !session.destroyed; count++) {
        const stream = session.request(headers);
        stream.on('error', () => {});
        stream.resume();
        stream.end(frame);
      }
    }, 10);
  },
  /** A supervisor that does its work well, of an agent that dies once. */
  supervise() {
    let running = null;
    // As supervisors do, it waits a little: versions are seconds, and the one before was perhaps a second ahead.
    const startLater = () => setTimeout(start, 1_100);
    const start = () => {
      running = spawn(agent[0], agent.slice(1), { stdio: 'inherit' });
      running.once('exit', startLater);
    };
    start();
    setTimeout(() => running.kill('SIGKILL'), 1_500);
    process.on('SIGTERM', () => {
      running.off('exit', startLater);
      running.once('exit', () => process.exit(0));
      running.kill('SIGTERM');
    });
  },
  /** 1 GB of text, then the work. */
  chatter() {
    const work = () => {
      appendFileSync(file, 'written\n');
      const running = spawn(agent[0], agent.slice(1), { stdio: 'inherit' });
      process.on('SIGTERM', () => {
        running.once('exit', () => process.exit(0));
        running.kill('SIGTERM');
      });
    };
    const line = `${'x'.repeat(1024 * 1024 - 1)}\n`;
    let left = 1024;
    const write = () => {
      left -= 1;
      if (left >= 0) process.stdout.write(line, write);
      else work();
    };
    write();
  },
  /** Ends at once; what it has started goes on, one in its group and one in a session of its own. */
  leave() {
    for (const detached of [false, true]) {
      spawn(process.execPath, ['-e', `/* ${file} */ ${stubborn}`], { stdio: 'ignore', detached }).unref();
    }
  },
  /** Neither it nor what it has started lets itself be stopped. */
  stay() {
    spawn(process.execPath, ['-e', `/* ${file} */ ${stubborn}`], { stdio: 'ignore', detached: true });
    process.on('SIGTERM', () => {});
    process.on('SIGINT', () => {});
    setInterval(() => {}, 1000);
    appendFileSync(file, 'up\n');
  },
};

modes[mode]();
