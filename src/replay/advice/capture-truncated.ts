import { type Adviser, adviceFrom, captureEvidence, collectEvidence } from './advice.js';

/** Captures taken with a snap length that cut packets. */
export const captureTruncated: Adviser = ({ captures }) => {
  const found = collectEvidence();
  let lost = 0;
  for (const capture of captures) {
    const { counters } = capture;
    const headless = counters?.dropped['cut-by-snaplen'] ?? 0;
    const cut = Math.max(counters?.notes['snaplen-cut'] ?? 0, headless);
    if (counters === null || cut === 0) continue;
    lost += headless;
    const detail = `${cut} of ${counters.packets} packets are cut, ${headless} of them within their headers`;
    found.add(() => captureEvidence(capture, detail));
  }
  const effect =
    lost > 0 ? `${lost} packets lost their headers and are in no flow.` : 'Headers are whole, payloads are not.';
  return adviceFrom(
    'capture-truncated',
    `The snap length cut packets. ${effect}`,
    'capture again with tcpdump -s 0',
    found,
  );
};
