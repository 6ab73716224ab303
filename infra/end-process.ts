import type { ChildProcess } from 'node:child_process'

/**
 * Asks a process that leads its own group to end, and kills the group when that takes too long.
 * @param withinMs how long it may take, in milliseconds
 */
export async function endProcess(child: ChildProcess, withinMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const { pid } = child
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  child.kill('SIGCONT') // a stopped process would not receive the signal
  const cut = setTimeout(() => killGroup(pid), withinMs)
  await ended
  clearTimeout(cut)
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended at that moment.
  }
}
