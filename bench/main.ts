import { neverProxyLoopback } from '#toolkit/process/loopback.ts'
import { usageOf } from '#toolkit/process/usage.ts'
import { commands } from './commands/commands.ts'
import { benchConfig } from './config.ts'
import { fresh } from './fresh.ts'
import { pages } from './pages/pages.ts'
import { visible } from './visible.ts'

/** `npm run bench -- <name>`: measures a running system (npm start) and prints the results. */
const benches = { commands, fresh, pages, visible } as const

neverProxyLoopback()
const name = process.argv[2] ?? ''
const bench = Object.entries(benches).find(([known]) => known === name)?.[1]
const usage = `Usage: npm run bench -- <name>, of a system that runs (npm start). Names: ${Object.keys(benches).join(', ')}`
if (name === '--help' || name === '-h') console.log(`${usage}\n\nEnvironment:\n\n${usageOf(benchConfig)}`)
else if (!bench) {
  console.error(usage)
  process.exitCode = 1
} else {
  try {
    await bench()
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
}
