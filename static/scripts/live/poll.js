// The same signals without a WebSocket, for networks that let none through.
export async function fetchSignals(positions) {
  const answer = await fetch(`/signals?after=${encodeURIComponent(JSON.stringify(positions))}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`signals: ${answer.status}`);
  const { signals = [], resync = {}, refused = [] } = await answer.json();
  return { signals, resync, refused };
}
