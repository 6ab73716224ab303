import {
  app,
  breaking,
  type Case,
  comments,
  Drafts,
  dangerous,
  Find,
  fragments,
  People,
  Posts,
  people,
  posts,
  safe,
  testGraphql,
  users,
  Write,
} from './check-cases.fixture.ts'

const output: readonly Case[] = [
  ['equal contracts report nothing', [], []],
  [
    'removing a field that operations use, in a fragment or not, is breaking',
    [[posts, '  title: String!\n  status', '  status']],
    [
      breaking('graphql.field-removed', `${posts}:25`, Posts, Write, Drafts),
      breaking('operation.invalid', `${fragments}:2`, Posts),
      breaking('operation.invalid', `${fragments}:2`, Write),
      breaking('operation.invalid', `${app}:21`, Drafts),
    ],
  ],
  [
    'removing a field that no operation uses is dangerous',
    [[users, '  website: String\n', '']],
    [dangerous('graphql.field-removed', `${users}:13`)],
  ],
  [
    'removing a deprecated field that no operation uses is dangerous',
    [[posts, / {2}oldSlug.*\n/, '']],
    [dangerous('graphql.field-removed', `${posts}:29`)],
  ],
  [
    'a new field is safe',
    [[users, '  bio: String', '  motto: String\n  bio: String']],
    [safe('graphql.field-added', `${users}:12`)],
  ],
  [
    'output that can no longer be null is safe',
    [[users, 'bio: String', 'bio: String!']],
    [safe('graphql.field-became-non-null', `${users}:12`)],
  ],
  [
    'output that may now be null breaks operations that select it',
    [[posts, 'status: PostStatus!', 'status: PostStatus']],
    [breaking('graphql.field-became-nullable', `${posts}:26`, Posts, Write)],
  ],
  [
    'output that may now be null is dangerous when no operation selects it',
    [[comments, 'body: String!', 'body: String']],
    [dangerous('graphql.field-became-nullable', `${comments}:9`)],
  ],
  [
    'output of another type breaks operations that select it',
    [[users, 'bio: String', 'bio: [String]']],
    [breaking('graphql.field-type-changed', `${users}:12`, People)],
  ],
  [
    'a new output value is dangerous, and concerns operations that select the field',
    [[users, '  MODERATOR', '  MODERATOR\n  ADMIN']],
    [dangerous('graphql.enum-value-added', `${users}:20`, People)],
  ],
  [
    'a removed output value is dangerous, and concerns operations that select the field',
    [[users, '  MODERATOR\n', '']],
    [dangerous('graphql.enum-value-removed', `${users}:19`, People)],
  ],
  [
    'removing a union member that an operation has a condition on is breaking',
    [
      [posts, 'Post | Tag', 'Post'],
      [posts, 'search(', 'tags: [Tag]\n  search('],
    ],
    [
      breaking('graphql.union-member-removed', `${posts}:38`, Find),
      breaking('operation.invalid', `${people}:11`, Find),
      safe('graphql.field-added', `${posts}:6`),
    ],
  ],
  [
    'a new union member is dangerous, and concerns operations that select the union',
    [[posts, 'Post | Tag', 'Post | Tag | PostConnection']],
    [dangerous('graphql.union-member-added', `${posts}:37`, Find)],
  ],
  [
    'removing a type that an operation has a condition on is breaking',
    [[posts, ' | Tag\n\ntype Tag {\n  name: String!\n}', '']],
    [
      breaking('graphql.type-removed', `${posts}:39`, Find),
      breaking('graphql.union-member-removed', `${posts}:37`, Find),
      breaking('operation.invalid', `${people}:11`, Find),
    ],
  ],
  [
    'a new type is reported without its fields',
    [[comments, 'type Query {', 'type Mood {\n  name: String\n}\n\ntype Query {\n  mood: Mood']],
    [safe('graphql.type-added', `${comments}:3`), safe('graphql.field-added', `${comments}:8`)],
  ],
  [
    'a description is safe',
    [[users, '  bio:', '  "About."\n  bio:']],
    [safe('graphql.description-changed', `${users}:13`)],
  ],
  [
    'a deprecation is safe',
    [[users, 'bio: String', 'bio: String @deprecated(reason: "Nobody reads it.")']],
    [safe('graphql.deprecation-changed', `${users}:12`)],
  ],
]

const input: readonly Case[] = [
  [
    'a new required argument breaks operations that use the field',
    [[users, 'after: String)', 'after: String, team: ID!)']],
    [
      breaking('graphql.required-argument-added', `${users}:5`, People),
      breaking('operation.invalid', `${people}:2`, People),
    ],
  ],
  [
    'a new required argument is dangerous when no operation uses the field',
    [[comments, 'comment(id: ID!)', 'comment(id: ID!, team: ID!)']],
    [dangerous('graphql.required-argument-added', `${comments}:4`)],
  ],
  [
    'an optional argument is safe',
    [[users, 'after: String)', 'after: String, team: ID)']],
    [safe('graphql.argument-added', `${users}:5`)],
  ],
  [
    'an argument with a default is safe',
    [[users, 'after: String)', 'after: String, team: ID! = 1)']],
    [safe('graphql.argument-added', `${users}:5`)],
  ],
  [
    'removing an argument that an operation passes is breaking',
    [[posts, 'posts(first: Int, ', 'posts(']],
    [breaking('graphql.argument-removed', `${posts}:5`, Posts), breaking('operation.invalid', `${app}:2`, Posts)],
  ],
  [
    'removing an argument that no operation passes is dangerous',
    [[users, ', after: String)', ')']],
    [dangerous('graphql.argument-removed', `${users}:5`)],
  ],
  [
    'a changed default is dangerous, and concerns operations that leave the argument out',
    [[users, 'first: Int = 20', 'first: Int = 50']],
    [dangerous('graphql.argument-default-changed', `${users}:5`, People)],
  ],
  [
    'an argument that becomes required breaks operations that leave it out, not those that pass it',
    [[posts, 'posts(first: Int,', 'posts(first: Int!,']],
    [
      breaking('graphql.argument-became-required', `${posts}:5`, Drafts),
      breaking('operation.invalid', `${app}:19`, Drafts),
    ],
  ],
  [
    'removing a value that operations send, by name or in a variable, is breaking',
    [[posts, '  DRAFT\n', '']],
    [
      breaking('graphql.enum-value-removed', `${posts}:44`, Posts, Drafts),
      breaking('operation.invalid', `${app}:19`, Drafts),
    ],
  ],
  [
    'a new required input field breaks operations with the input in a variable',
    [[posts, 'input CreatePostInput {', 'input CreatePostInput {\n  slug: String!']],
    [breaking('graphql.required-input-field-added', `${posts}:54`, Write)],
  ],
  [
    'an optional input field is safe',
    [[posts, 'input CreatePostInput {', 'input CreatePostInput {\n  slug: String']],
    [safe('graphql.input-field-added', `${posts}:54`)],
  ],
  [
    'an input field that becomes required breaks operations with the input in a variable',
    [[posts, '  title: String!\n  subtitle: String\n}', '  title: String!\n  subtitle: String!\n}']],
    [breaking('graphql.input-field-became-required', `${posts}:55`, Write)],
  ],
  [
    'removing an input field that a variable may contain is breaking',
    [[posts, '  title: String!\n  subtitle: String\n}', '  title: String!\n}']],
    [breaking('graphql.input-field-removed', `${posts}:55`, Write)],
  ],
]

testGraphql([...output, ...input])
