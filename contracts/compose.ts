import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { composeList, isStepOfAMove } from './composition.ts'

/**
 * `npm run compose`: composes the subgraphs of contracts/supergraph.yaml into contracts/supergraph.graphql. With
 * `--check` it writes nothing, and fails when the committed file differs, or on a hint. `--list` and `--output` name
 * other files. It works offline, unless the list has urls.
 */
const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    list: { type: 'string', default: join(import.meta.dirname, 'supergraph.yaml') },
    output: { type: 'string', default: join(import.meta.dirname, 'supergraph.graphql') },
  },
})
const output = relative(process.cwd(), values.output)

try {
  const { result } = await composeList(values.list)
  const hints = result.hints ?? []
  for (const hint of hints) console.error(`hint: ${hint.message}`)

  if (result.errors) {
    for (const error of result.errors) console.error(`error: ${error.message}`)
    fail(`The subgraphs do not compose; ${output} is left as it is.`)
  } else if (!values.check) {
    const isUpToDate = existsSync(values.output) && readFileSync(values.output, 'utf8') === result.supergraphSdl
    if (!isUpToDate) writeFileSync(values.output, result.supergraphSdl)
    console.log(isUpToDate ? `${output} is up to date` : `Wrote ${output}`)
  } else if (readFileSync(values.output, 'utf8') !== result.supergraphSdl) {
    fail(`${output} is out of date. Run \`npm run compose\` and commit it.`)
  } else if (hints.some((hint) => !isStepOfAMove(hint))) {
    fail('The subgraphs compose with hints: fix what they say.')
  }
} catch (error) {
  fail(`error: ${(error as Error).message}`)
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}
