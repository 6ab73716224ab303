import childProcess from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

const refuse = (what: string) => () => {
  throw new Error(
    `A unit test may not ${what}: name the file *.integration.test.ts, or *.e2e.test.ts if it runs the whole system.`,
  )
}

// Unit tests run without servers and share a process. A test that starts a process or opens a connection fails here.
Object.assign(
  childProcess,
  Object.fromEntries(
    ['spawn', 'fork', 'exec', 'execFile', 'spawnSync', 'execSync', 'execFileSync'].map((name) => [
      name,
      refuse('start a process'),
    ]),
  ),
)
syncBuiltinESMExports()
net.Server.prototype.listen = refuse('listen on a port')
net.Socket.prototype.connect = refuse('open a connection')
