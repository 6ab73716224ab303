import { remedies } from './remedies.ts'
import { dangerous, safe, type Verdict } from './verdict.ts'

type Becoming = 'added' | 'removed' | 'changed'

/**
 * A subgraph is deployed before the supergraph that it is in. So what it can do more is safe; what it can do less is
 * missed by gateways of the supergraph before, and what it needs more is not sent by them.
 */
const harmless: Readonly<Record<string, readonly Becoming[]>> = {
  key: ['added'],
  provides: ['added'],
  requires: ['removed'],
  external: ['removed'],
  shareable: ['added', 'removed'],
  override: ['added', 'removed', 'changed'],
  inaccessible: ['added', 'removed'],
}

/** Judges a directive of federation that a subgraph uses in another way, where clients see no change. */
export const judgeDirective = ({ name, became }: { readonly name: string; readonly became: Becoming }): Verdict =>
  harmless[name]?.includes(became) ? safe(`${name}-${became}`) : dangerous(`${name}-${became}`, remedies.leave)
