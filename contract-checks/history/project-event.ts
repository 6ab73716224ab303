import type { LoadedProjection } from '../facts/load-code.ts'
import type { Projected } from './replay.ts'

/** Projects a decoded state, and reports what is wrong with the row. */
export function projectEvent(projection: LoadedProjection, topic: string, id: string, state: object): Projected {
  const { service, kind, table } = projection
  const who = { consumer: `${service}: ${kind} of ${topic}`, service, kind, table }
  try {
    const row = projection.row(state)
    const problem = row.id === id ? wrong(row) : `its id is ${String(row.id)} and its key ${id}`
    return { ...who, row: problem ? null : row, problem }
  } catch (error) {
    return { ...who, row: null, problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Finds a value that no column accepts. */
function wrong(row: Readonly<Record<string, unknown>>): string | null {
  for (const [column, value] of Object.entries(row)) {
    if (value === undefined) return `${column} is undefined`
    if (typeof value === 'number' && Number.isNaN(value)) return `${column} is not a number`
    if (value instanceof Date && Number.isNaN(value.getTime())) return `${column} is not a valid time`
  }
  return null
}
