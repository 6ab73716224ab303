import { readdirSync, readFileSync } from 'node:fs'

/** Every process that this one started. PostgreSQL has one for each connection. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        // The name stands in brackets and may hold anything; the parent is the second field behind it.
        return Number(readFileSync(`/proc/${child}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]) === pid
      } catch {
        return false // it ended meanwhile
      }
    })
}

/** Stops a server and all its processes with SIGSTOP. @returns what lets them go on */
export function freeze(pid: number): () => void {
  const frozen = [pid]
  process.kill(pid, 'SIGSTOP') // first, so that it starts no more
  for (const child of childrenOf(pid)) {
    process.kill(child, 'SIGSTOP')
    frozen.push(child)
  }
  return () => {
    for (const one of frozen.splice(0))
      try {
        process.kill(one, 'SIGCONT')
      } catch {
        // It ended meanwhile.
      }
  }
}
