/** How to make each kind of change safely, in a sentence; the guide has the steps. */
const guide = 'docs/guides/changing-a-contract.md'

export const remedies = {
  remove: `Deprecate it, move the registered operations off it, let clients in the field follow, then remove it (${guide}).`,
  retype: `Add another beside it with the new type, deprecate this one, and remove it when no operation uses it (${guide}).`,
  require: `Make it optional or give it a default, and reject a missing value in the resolver (${guide}).`,
  nullable: `Keep it non-null, or let every operation that selects it cope with null before it may be null (${guide}).`,
  default: `Clients that leave it out get something else: keep the default, or inform them first (${guide}).`,
  widen: `Make sure that clients handle unknown values before the first such value is returned (${guide}).`,
  compose: `Fix the schema at that place until \`npm run compose\` passes (${guide}).`,
  share: `Mark it @shareable in every subgraph that resolves it, or move it by @override(from: …) (${guide}).`,
  hint: `Fix what the hint names; \`npm run check:contracts\` fails on such hints.`,
  move: `Add the field with @override(from: …) in the new subgraph, deploy that and the supergraph, and only then remove it from the old one (${guide}).`,
  partial: `Override without a label: the JavaScript gateway moves all requests at once or none (${guide}).`,
  leave: `Gateways with the previous supergraph still ask this subgraph for it: deploy the new supergraph first, then the subgraph (${guide}).`,
  route: `Keep the old address answering until every gateway has the new supergraph (${guide}).`,
  operation: `Keep what it asks for until no client sends it: deprecate, change the operation, wait, remove (${guide}).`,
  unreadable: 'Fix the file: every operation must parse and have a unique name.',
  retire: `Keep it registered until no client in the field sends it: a gateway that enforces the list refuses it (${guide}).`,
} as const
