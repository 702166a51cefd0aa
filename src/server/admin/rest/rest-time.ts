/** As the real server writes times, `2026-11-22 03:04:05`, in UTC. @param ms Unix time; 0 gives "" */
export function restTime(ms: number): string {
  return ms === 0 ? '' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
