"""The service: people, rights, storage and jobs around the library `matcher`.

Thin on purpose: no rule, no score and no optimisation lives here. From the bottom:
`settings`, `store` (tables), `audit`, `security` (who is it, what may they), `jobs`
(what takes long, in processes that can be ended), `answers` (runs kept in memory,
and what each role may see of an answer), `web` (requests), `routes` and `pages`,
`app`, `commands`.
"""
