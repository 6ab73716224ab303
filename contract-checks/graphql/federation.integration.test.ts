import type { Edit } from '../facts/scratch-side.fixture.ts'
import {
  breaking,
  type Case,
  comments,
  dangerous,
  everybody,
  list,
  People,
  Posts,
  posts,
  safe,
  testGraphql,
  users,
} from './check-cases.fixture.ts'

const importOverride: Edit = [comments, '["@key", "@external"]', '["@key", "@external", "@override"]']
const inComments = (field: string): Edit => [comments, /(type User .*\n {2}id: ID!\n)/, `$1  ${field}\n`]
const overrideBio = [importOverride, inComments('bio: String @override(from: "users")')]
const bioInUsers: Edit = [users, '  bio: String\n', '']

const aComment = `type Comment @key(fields: "id") {
  id: ID!
  body: String!
  author: User
}
`

const moves: readonly Case[] = [
  [
    'a field that moves by @override is safe',
    overrideBio,
    [safe('graphql.override-started', `${comments}:15`), safe('graphql.composition-hint', `${users}:12`)],
  ],
  [
    'removing a field from the subgraph that was overridden is safe',
    [bioInUsers],
    [safe('graphql.override-finished', `${users}:12`), safe('graphql.composition-hint', `${comments}:15`)],
    overrideBio,
  ],
  [
    'an override by a label moves nothing, and is dangerous',
    [importOverride, inComments('bio: String @override(from: "users", label: "percent(10)")')],
    [dangerous('graphql.override-partial', `${comments}:15`), safe('graphql.composition-hint', `${users}:12`)],
  ],
  [
    'a field that moves in one step fails for a while for operations that select it',
    [bioInUsers, inComments('bio: String')],
    [dangerous('graphql.field-moved', `${comments}:15`, People)],
  ],
  [
    'a field in two subgraphs without @override does not compose',
    [inComments('bio: String')],
    [breaking('graphql.does-not-compose', `${comments}:15`, everybody)],
  ],
  [
    'a type that moves in one step fails for a while',
    [
      [
        comments,
        `type Query {\n  comment(id: ID!): Comment\n}\n\n${aComment}`,
        'type Query {\n  moods: [String!]\n}\n',
      ],
      [posts, 'type Query {', `${aComment}\ntype Query {\n  comment(id: ID!): Comment`],
    ],
    [
      dangerous('graphql.type-moved', `${posts}:4`),
      dangerous('graphql.field-moved', `${posts}:11`),
      safe('graphql.field-added', `${comments}:4`),
    ],
  ],
  [
    'a type whose fields move by @override is safe',
    [
      [posts, '"@provides"]', '"@provides", "@override"]'],
      [
        posts,
        'type Query {',
        `${aComment.replace('String!', 'String! @override(from: "comments")').replace('User', 'User @override(from: "comments")')}\ntype Query {`,
      ],
    ],
    [
      safe('graphql.shared-with-subgraph', `${posts}:4`),
      safe('graphql.composition-hint', `${comments}:9`),
      safe('graphql.composition-hint', `${comments}:10`),
    ],
  ],
]

const directives: readonly Case[] = [
  [
    'a @key that composition does not need is still used by gateways with the previous supergraph',
    [[users, ' @key(fields: "handle")', '']],
    [dangerous('graphql.key-removed', `${users}:8`)],
  ],
  [
    'the only @key of an entity cannot be removed',
    [[users, ' @key(fields: "id") @key(fields: "handle")', '']],
    [breaking('graphql.does-not-compose', `${users}:9`, everybody)],
  ],
  [
    'an additional @key is safe',
    [[comments, 'type Comment @key(fields: "id")', 'type Comment @key(fields: "id") @key(fields: "body")']],
    [safe('graphql.key-added', `${comments}:7`)],
  ],
  [
    'a field that is answered by two subgraphs needs @shareable',
    [[users, 'username: String! @shareable', 'username: String!']],
    [breaking('graphql.does-not-compose', `${users}:11`, everybody)],
  ],
  [
    'a field that @provides names must exist',
    [[posts, '  username: String! @external\n', '']],
    [breaking('graphql.does-not-compose', `${posts}:27`, everybody)],
  ],
  [
    'a removed @provides is still used by gateways with the previous supergraph',
    [
      [posts, ' @provides(fields: "username")', ''],
      [posts, '  username: String! @external\n', ''],
    ],
    [dangerous('graphql.provides-removed', `${posts}:27`), safe('graphql.external-removed', `${posts}:34`)],
  ],
  [
    'a @provides that names more is safe: gateways with the previous supergraph ask another subgraph for it',
    [
      [posts, '@provides(fields: "username")', '@provides(fields: "handle username")'],
      [posts, 'username: String! @external', 'username: String! @external\n  handle: ID! @external'],
    ],
    [safe('graphql.provides-widened', `${posts}:27`), safe('graphql.external-added', `${posts}:35`)],
  ],
  [
    'a @provides that names another field is still used by gateways with the previous supergraph',
    [
      [posts, '@provides(fields: "username")', '@provides(fields: "handle")'],
      [posts, 'username: String! @external', 'handle: ID! @external'],
    ],
    [
      dangerous('graphql.provides-changed', `${posts}:27`),
      safe('graphql.external-added', `${posts}:34`),
      safe('graphql.external-removed', `${posts}:34`),
    ],
  ],
  [
    'a type that differs between two subgraphs causes a hint',
    [[users, 'hasNextPage: Boolean!', 'hasNextPage: Boolean']],
    [
      breaking('graphql.field-became-nullable', `${users}:23`, Posts),
      dangerous('graphql.composition-hint', `${posts}:19`),
    ],
  ],
]

const composition: readonly Case[] = [
  [
    'a schema with a syntax error does not compose',
    [[comments, 'type Comment', 'typ Comment']],
    [breaking('graphql.does-not-compose', `${comments}:7`, everybody)],
  ],
  [
    'a reference to a type that does not exist does not compose',
    [[comments, 'author: User', 'author: Usr']],
    [breaking('graphql.does-not-compose', `${comments}:10`, everybody)],
  ],
  [
    'a list that cannot be read does not compose',
    [[list, 'subgraphs:', 'subgraph:']],
    [breaking('graphql.does-not-compose', list, everybody)],
  ],
  [
    'a schema file that does not exist does not compose',
    [[list, 'comments/schema', 'comment/schema']],
    [breaking('graphql.does-not-compose', list, everybody)],
  ],
  [
    'a changed routing url is dangerous',
    [[list, '4003', '4009']],
    [dangerous('graphql.routing-url-changed', `${list}:11`)],
  ],
  [
    'a removed subgraph removes its types',
    [[list, / {2}comments:[\s\S]*/, '']],
    [
      dangerous('graphql.subgraph-removed', `${list}:11`),
      dangerous('graphql.type-removed', `${comments}:7`),
      dangerous('graphql.field-removed', `${comments}:4`),
    ],
  ],
  [
    'a commit without a list has the subgraphs whose files it has',
    [
      [
        list,
        null,
        `federation_version: 2
subgraphs:
  users:
    routing_url: http://127.0.0.1:4001/graphql
    schema:
      file: ../subgraphs/users/schema.graphql
`,
      ],
    ],
    [],
    [
      [list, null, null],
      ['contracts/operations', null, null],
    ],
  ],
]

testGraphql([...moves, ...directives, ...composition])
