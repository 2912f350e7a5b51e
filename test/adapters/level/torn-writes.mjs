// Commits until so many have been written, each tried again until it is, and prints how many tries failed.
const [, , folder, module] = process.argv;
const { levelStore } = await import(module);
const store = levelStore(folder);
const { fence } = await store.acquire(0);
const nothing = {
  fence,
  after: 0,
  position: 0,
  nextOrder: 1,
  droppedCells: [],
  lookups: [],
  droppedLookups: [],
  effects: [],
  done: [],
  marks: [],
  droppedMarks: [],
};
let failures = 0;
for (let n = 1; n <= 200;) {
  const stages = [['memory', 'memory/1', { n, text: 'x'.repeat(3000) }]];
  try {
    await store.commit({
      ...nothing,
      now: n,
      nextEffect: n,
      cells: [{ rule: 'r', key: `k${n % 20}`, order: 0, touchedAt: n, stages }],
    });
    n++;
  } catch (error) {
    failures++;
    if (failures > 100) throw error;
  }
}
console.log(failures);
process.kill(process.pid, 'SIGKILL'); // Nothing is put in order.
