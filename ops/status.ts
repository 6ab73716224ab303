import { styleText } from 'node:util'
import { Command } from 'commander'
import { z } from 'zod'
import { roles } from './targets.ts'

const figures = ['lag', 'pending', 'parked', 'swaps', 'counted'] as const

const part = z.looseObject({
  ready: z.boolean(),
  reason: z.string().optional(),
  lag: z.number().optional(),
  pending: z.number().optional(),
  parked: z.number().optional(),
  swaps: z.number().optional(),
  counted: z.string().optional(),
})
const report = z.object({ parts: z.record(z.string(), part) })

/** For every role: whether it is ready, its lag or outbox size, the reason why it stopped, and its warnings. */
export const status = new Command('status')
  .description('every role: whether it is ready, its lag, and what stopped it')
  .option('--json', 'as JSON')
  .action(async ({ json }: { json?: boolean }) => {
    const found = await Promise.all(roles().map(async ({ name, url }) => ({ name, url, ...(await ask(url)) })))
    if (json) console.log(JSON.stringify(found, undefined, 2))
    else for (const role of found) print(role)
    if (found.some(({ ready }) => !ready)) process.exitCode = 1
  })

type Answer = { readonly ready: boolean; readonly parts: z.infer<typeof report>['parts']; readonly problem?: string }

async function ask(url: string): Promise<Answer> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(3_000) })
    return { ready: response.ok, parts: report.parse(await response.json()).parts }
  } catch (error) {
    const { cause, message } = error as Error
    const code = (cause as { code?: string } | undefined)?.code
    return { ready: false, parts: {}, problem: `does not answer at ${url} (${code ?? message})` }
  }
}

function print({ name, ready, parts, problem }: Answer & { name: string }): void {
  const mark = ready ? styleText('green', 'ready    ') : styleText('red', 'not ready')
  const details = Object.entries(parts).flatMap(([part, found]) =>
    figures.flatMap((figure) => (found[figure] === undefined ? [] : [`${part} ${figure} ${found[figure]}`])),
  )
  console.log(`${name.padEnd(20)} ${mark}  ${details.join(', ')}`.trimEnd())
  if (problem) console.log(`    ${problem}`)
  for (const [part, { ready, reason }] of Object.entries(parts))
    if (reason) console.log(`    ${ready ? `${styleText('yellow', 'warning')}: ` : ''}${part}: ${reason}`)
}
