/** A worker whose run is gone ends, and with it every process that it started. Set-up files run once for each test file. */
const registered = Symbol.for('inkstream.end-with-run')
const worker = globalThis as { [registered]?: boolean }
if (!worker[registered]) {
  worker[registered] = true
  // Not process.exit, which vitest replaces in its workers.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}
