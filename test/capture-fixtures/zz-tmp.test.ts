import { it } from 'vitest';
import { pointText, replaySite } from './support/replay-recording.js';

it('x', async () => {
  const r = await replaySite(process.env.SITE ?? '', JSON.parse(process.env.SET ?? '{}'));
  for (const c of r.conversations)
    console.log(
      c.protocol,
      c.client.ip,
      c.client.port,
      c.server.ip,
      c.server.port,
      c.span,
      c.verdict,
      c.reason ?? '',
      c.joinedBy,
      JSON.stringify(c.clientSeenAs),
      '\n   ',
      c.points
        .map((p) => `${pointText(p)} [${p.closeType} ${p.packetsTx}/${p.packetsRx} r${p.retransRx}]`)
        .join('\n    '),
      '\n missing',
      c.missing,
      'unexpected',
      c.unexpected,
      'incomplete',
      c.incomplete,
    );
  console.log(
    JSON.stringify(
      r.advice.map(({ id, evidence }) => [id, evidence]),
      null,
      1,
    ).slice(0, 1500),
    r.verdict,
    JSON.stringify(r.coverage?.unmet),
  );
}, 60000);
