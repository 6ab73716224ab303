import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMap, parseDocument } from 'yaml'
import { CannotJudge, type Side } from '../change.ts'

const list = join('contracts', 'supergraph.yaml')
const usage = '--with takes <name>=<file of its schema>[,<url where it answers>]'

/**
 * Replaces the schema of a listed subgraph by one of another repository, or adds the subgraph to the list.
 * @param given `<name>=<file>[,<url>]`; the url is required when the subgraph is not listed yet
 * @throws CannotJudge
 */
export function withSubgraph({ dir }: Side, given: string): void {
  const [, name, file, url] = /^([A-Za-z][\w-]*)=([^,]+)(?:,(.+))?$/.exec(given) ?? []
  if (name === undefined || file === undefined) throw new CannotJudge(`${usage}; it was "${given}".`)
  const document = parseDocument(readFileSync(join(dir, list), 'utf8'))
  const listed = document.getIn(['subgraphs', name])
  const known = isMap(listed) ? listed.getIn(['schema', 'file']) : undefined
  if (!isMap(listed) && !url)
    throw new CannotJudge(`${list} does not list ${name}: say where it answers, as in --with ${name}=${file},https://…`)

  const path = typeof known === 'string' ? known : `with/${name}.graphql`
  const target = join(dir, 'contracts', path)
  mkdirSync(dirname(target), { recursive: true })
  try {
    cpSync(file, target)
  } catch (error) {
    throw new CannotJudge(`The schema of ${name} cannot be read: ${(error as Error).message}`)
  }
  if (path === known && !url) return
  const routingUrl =
    url ??
    document.getIn(['subgraphs', name, 'routing_url']) ??
    document.getIn(['subgraphs', name, 'schema', 'subgraph_url'])
  document.setIn(['subgraphs', name], document.createNode({ routing_url: routingUrl, schema: { file: path } }))
  writeFileSync(join(dir, list), document.toString())
}
