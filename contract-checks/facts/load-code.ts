import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A topic as a side's own code defines it. */
export type LoadedTopic = {
  readonly name: string
  readonly owner: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
  decode(value: Uint8Array): object
}

/** A projection, or a reference, as a side's own code defines it. */
export type LoadedProjection = {
  readonly file: string
  readonly service: string
  readonly kind: 'projection' | 'reference'
  readonly topic: LoadedTopic
  readonly table: string
  row(state: object): Readonly<Record<string, unknown>>
  readonly counts?: readonly { readonly table: string; readonly column: string }[]
}

const load = (dir: string, file: string) => import(pathToFileURL(join(dir, file)).href) as Promise<object>

/** Imports a side's own list of topics. Call it only in a separate process. @throws what that code throws */
export const loadTopics = async (dir: string): Promise<Readonly<Record<string, LoadedTopic>>> =>
  ((await load(dir, 'contracts/topics.ts')) as { topics: Record<string, LoadedTopic> }).topics

const isProjection = (value: unknown): value is LoadedProjection =>
  typeof value === 'object' && value !== null && 'topic' in value && 'table' in value && 'row' in value

/** Imports a side's own projections and references. Files that do not run are returned as `broken`. */
export async function loadProjections(dir: string) {
  const projections: LoadedProjection[] = []
  const broken: { file: string; error: string }[] = []
  const files = globSync(['subgraphs/*/read/projections/*.ts', 'subgraphs/*/write/references/*.ts'], { cwd: dir })
  for (const file of files.filter((name) => !/\.(test|fixture)\.ts$/.test(name)).sort()) {
    const service = file.split('/')[1] ?? ''
    const kind = file.includes('/references/') ? 'reference' : 'projection'
    try {
      for (const value of Object.values(await load(dir, file)))
        if (isProjection(value)) projections.push({ ...value, file, service, kind })
    } catch (error) {
      broken.push({ file, error: error instanceof Error ? error.message : String(error) })
    }
  }
  return { projections, broken }
}
