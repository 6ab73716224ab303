import { readdirSync, readFileSync } from 'node:fs'

/** The child processes of a process. PostgreSQL has one for each connection. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        // The name is in parentheses and may contain anything; the parent pid is the second field after it.
        return Number(readFileSync(`/proc/${child}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]) === pid
      } catch {
        return false // the process has ended
      }
    })
}

/** Stops a server and all its processes with SIGSTOP. @returns a function that continues them */
export function freeze(pid: number): () => void {
  const frozen = [pid]
  process.kill(pid, 'SIGSTOP') // first, so that it starts no more children
  for (const child of childrenOf(pid)) {
    process.kill(child, 'SIGSTOP')
    frozen.push(child)
  }
  return () => {
    for (const one of frozen.splice(0))
      try {
        process.kill(one, 'SIGCONT')
      } catch {
        // The process has ended.
      }
  }
}
