import { setTimeout } from 'node:timers/promises'
import { createHealthServer, createRegistry } from './health.ts'
import { type Part, runProcess } from './lifecycle.ts'
import { createLog } from './log.ts'

/** A process whose parts print their starts and stops: `lifecycle.fixture.ts <port> [part that fails]`. */
const [port = '', failing = ''] = process.argv.slice(2)
const say = (what: string) => void process.stdout.write(`${what}\n`)

const part = (name: string): Part => ({
  name,
  async start() {
    if (name === failing) throw new Error(`${name} is broken`)
    say(`${name} started`)
  },
  async stop() {
    say(`${name} stopped`)
    if (failing === 'stop hangs') await new Promise(() => undefined)
  },
})
const registry = createRegistry('fixture')
const checks = {
  good: () => ({ ready: true as const, lag: 0 }),
  bad: () => {
    throw new Error('nobody answers')
  },
}
const health = { name: 'health', ...createHealthServer({ host: '127.0.0.1', port: Number(port), checks, registry }) }
if (failing === 'loads slowly') await setTimeout(200)
await runProcess(createLog('fixture', 'silent'), [health, part('first'), part('second')])
say('up')
