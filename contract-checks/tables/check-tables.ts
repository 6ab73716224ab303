import { CannotJudge, type Change, type Check, type Side } from '../change.ts'
import { type Facts, factsBefore } from '../facts/facts.ts'
import { filesOf, textOf } from '../facts/side-files.ts'
import { describe, levelOf, type Nature, remedyFor } from './describe-difference.ts'
import { definitionOf, generationOf, nextGeneration } from './generation.ts'
import { migrationChanges } from './migration-changes.ts'
import { type Table, tablesOf } from './prisma-tables.ts'
import { type Difference, tableDifferences } from './table-differences.ts'

/** Changes of the databases. Read tables may only grow, or come as a new generation. */
export const checkTables: Check = async (before, after) => {
  const schemas = filesOf(before, 'prisma/*/{read,write}/schema.prisma')
  const facts = await factsBefore(before)
  return [...schemas.flatMap((file) => schemaChanges(file, before, after, facts)), ...migrationChanges(before, after)]
}

function schemaChanges(file: string, before: Side, after: Side, facts: Facts): readonly Change[] {
  const [, service = '', side = ''] = file.split('/')
  const same = textOf(before, file) === textOf(after, file)
  const was = same ? new Map<string, Table>() : read(before, file)
  const found = same ? [] : tableDifferences(was, read(after, file))
  const now = generationOf(after, service)
  const old = generationOf(before, service)
  const newGeneration = side === 'read' && now.schema !== old.schema
  const changes = found.map((difference): Change => {
    const nature = natureOf(side, was.get(difference.table))
    const covered = newGeneration && nature === 'read'
    const level = covered ? 'safe' : levelOf(difference.kind, nature)
    return {
      level,
      rule: `tables.${difference.kind}`,
      message: `${describe(difference, `${service} ${side}`)}${covered ? ` In a new generation, ${now.schema}.` : ''}`,
      file,
      line: difference.line,
      breaks: level === 'safe' ? [] : affected(difference, service, side, nature, facts),
      remedy: level === 'safe' ? null : remedyFor(difference, nature, service, nextGeneration(old)),
    }
  })
  return newGeneration ? [generationChange(service, old.schema, now.schema, now.line), ...changes] : changes
}

/** @throws CannotJudge when the schema cannot be parsed */
function read(side: Side, file: string): ReadonlyMap<string, Table> {
  try {
    return tablesOf(textOf(side, file) ?? '')
  } catch (error) {
    throw new CannotJudge(
      `${file} of ${side.label} cannot be parsed: ${error instanceof Error ? error.message : error}`,
    )
  }
}

/** Tables that are filled from the log have a version. Others, such as offsets in a read database, exist nowhere else. */
const natureOf = (side: string, table: Table | undefined): Nature =>
  side === 'read' && (table === undefined || table.columns.has('version')) ? 'read' : 'own'

function affected({ table, column }: Difference, service: string, side: string, nature: Nature, facts: Facts) {
  const kind = side === 'read' ? 'projection' : 'reference'
  const writers = facts.projections
    .filter((each) => each.service === service && each.kind === kind)
    .filter(
      ({ table: own, columns, counts }) =>
        (own === table && (column === undefined || columns.includes(column))) ||
        counts.some((count) => count.table === table && (column === undefined || count.column === column)),
    )
    .map(({ label }) => label)
  const readers =
    nature === 'read' ? `${service}: queries of ${table}, in the previous release` : `${service}: the previous release`
  return [...writers, readers]
}

const generationChange = (service: string, was: string, is: string, line: number | null): Change => ({
  level: 'dangerous',
  rule: 'tables.generation',
  message: `The read model of ${service} has a new generation: ${is} after ${was}. It is empty until it is filled from the log.`,
  file: definitionOf(service),
  line,
  breaks: [`${service}: queries, until ${is} is filled`],
  remedy: `Migrate, let a projector of the new code catch up (\`npm run ops -- status\`), then replace the apis; drop ${was} when nothing reads it, and remove it from the list.`,
})
