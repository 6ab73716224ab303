import { remedies } from './remedies.ts'
import type { Becoming } from './subgraph-differences.ts'
import { dangerous, safe, type Verdict } from './verdict.ts'

/**
 * The safe changes of each directive. A subgraph is deployed before its supergraph, so additions are safe. Gateways with
 * the previous supergraph still use what was removed, and do not send what is newly required.
 */
const harmless: Readonly<Record<string, readonly Becoming[]>> = {
  key: ['added'],
  provides: ['added', 'widened'],
  requires: ['removed', 'narrowed'],
  external: ['removed'],
  shareable: ['added', 'removed'],
  override: ['added', 'removed', 'changed'],
  inaccessible: ['added', 'removed'],
}

/** Assesses a change of a federation directive that clients do not see. */
export const judgeDirective = ({ name, became }: { readonly name: string; readonly became: Becoming }): Verdict =>
  harmless[name]?.includes(became) ? safe(`${name}-${became}`) : dangerous(`${name}-${became}`, remedies.leave)
