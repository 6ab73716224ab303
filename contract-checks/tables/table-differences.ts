import type { Column, Table } from './prisma-tables.ts'

/** One difference between two schemas. `line` is in the schema after, or in the one before when it was removed. */
export type Difference = {
  readonly kind:
    | 'table-added'
    | 'table-dropped'
    | 'table-renamed'
    | 'column-added'
    | 'column-added-required'
    | 'column-dropped'
    | 'column-renamed'
    | 'column-retyped'
    | 'column-made-required'
    | 'column-made-optional'
    | 'default-dropped'
    | 'default-changed'
    | 'key-changed'
    | 'unique-added'
    | 'unique-dropped'
  /** Its name before; when it is new, after. */
  readonly table: string
  readonly column?: string
  /** What it is now, or what was lost. */
  readonly detail?: string
  readonly line: number
}

type Tables = ReadonlyMap<string, Table>

/** All differences. Indexes that are not unique are ignored: they affect only speed. */
export function tableDifferences(before: Tables, after: Tables): readonly Difference[] {
  const lost = [...before.values()].filter(({ name }) => !after.has(name))
  const found = [...after.values()].filter(({ name }) => !before.has(name))
  const successors = new Map(lost.map((table) => [table, found.find((other) => alike(table, other))]))
  return [
    ...[...successors].map(
      ([table, successor]): Difference =>
        successor
          ? { kind: 'table-renamed', table: table.name, detail: successor.name, line: successor.line }
          : { kind: 'table-dropped', table: table.name, line: table.line },
    ),
    ...found
      .filter((table) => ![...successors.values()].includes(table))
      .map(({ name, line }): Difference => ({ kind: 'table-added', table: name, line })),
    ...[...before.values()].flatMap((table) => {
      const now = after.get(table.name)
      return now ? columns(table, now) : []
    }),
  ]
}

const alike = (one: Table, other: Table) =>
  [...one.columns.keys()].sort().join() === [...other.columns.keys()].sort().join()

function columns(before: Table, after: Table): readonly Difference[] {
  const table = before.name
  const lost = [...before.columns.values()].filter(({ name }) => !after.columns.has(name))
  const found = [...after.columns.values()].filter(({ name }) => !before.columns.has(name))
  const [gone] = lost
  const [arrived] = found
  const renamed = lost.length === 1 && found.length === 1 && gone && arrived && gone.type === arrived.type
  const changed = [...before.columns.values()].flatMap((was) => {
    const is = after.columns.get(was.name)
    return is ? column(table, was, is) : []
  })
  const indexes = [
    ...(before.key === after.key ? [] : [{ kind: 'key-changed', table, detail: after.key, line: after.line } as const]),
    ...[...after.uniques]
      .filter(([name]) => !before.uniques.has(name))
      .map(([name, line]) => ({ kind: 'unique-added', table, detail: name, line }) as const),
    ...[...before.uniques]
      .filter(([name]) => !after.uniques.has(name))
      .map(([name]) => ({ kind: 'unique-dropped', table, detail: name, line: after.line }) as const),
  ]
  if (renamed)
    return [
      { kind: 'column-renamed', table, column: gone.name, detail: arrived.name, line: arrived.line },
      ...changed,
      ...indexes,
    ]
  return [
    ...lost.map(({ name, line }) => ({ kind: 'column-dropped', table, column: name, line }) as const),
    ...found.map((each) => added(table, each)),
    ...changed,
    ...indexes,
  ]
}

const added = (table: string, { name, optional, default: fallback, line }: Column): Difference => ({
  kind: optional || fallback !== undefined ? 'column-added' : 'column-added-required',
  table,
  column: name,
  line,
})

function column(table: string, was: Column, is: Column): readonly Difference[] {
  const place = { table, column: was.name, line: is.line }
  const found: Difference[] = []
  if (was.type !== is.type) found.push({ ...place, kind: 'column-retyped', detail: `${was.type} to ${is.type}` })
  if (was.optional && !is.optional) found.push({ ...place, kind: 'column-made-required' })
  if (!was.optional && is.optional) found.push({ ...place, kind: 'column-made-optional' })
  if (was.default !== undefined && is.default === undefined && !is.optional)
    found.push({ ...place, kind: 'default-dropped', detail: was.default })
  if (was.default !== undefined && is.default !== undefined && was.default !== is.default)
    found.push({ ...place, kind: 'default-changed', detail: `${was.default} to ${is.default}` })
  return found
}
