import type { Category } from '@jouvence/protocol';
import { type Context, createContext, deleteContext, getContext } from './contexts.ts';
import type { Tx } from './database.ts';
import { EngineError } from './errors.ts';

/** The head of a query: `tree` has every category with the names from the top down to it. Trees are small, hundreds at most. */
export const categoryTree = `with recursive tree as (
  select id, parent_id, name, idnumber, visible, array[name] as path from categories where parent_id is null
  union all
  select c.id, c.parent_id, c.name, c.idnumber, c.visible and t.visible, t.path || c.name
  from categories c join tree t on c.parent_id = t.id
)`;

/** Parents before their children. `visible` is false below a hidden category, as it is for people in Moodle. */
export function listCategories(tx: Tx): Promise<Category[]> {
  return tx.rows<Category>(
    `${categoryTree} select id, coalesce(parent_id, 0) as parentid, name, idnumber, visible, path from tree
     order by cardinality(path), id`,
  );
}

export async function findCategoryId(tx: Tx, idnumber: string): Promise<number | undefined> {
  if (idnumber === '') return undefined;
  return (await tx.row<{ id: number }>('select id from categories where idnumber = $1', [idnumber]))?.id;
}

/** @throws EngineError `not-found` */
export async function getCategoryId(tx: Tx, idnumber: string): Promise<number> {
  const id = await findCategoryId(tx, idnumber);
  if (id === undefined) throw new EngineError('not-found', `no category has the idnumber "${idnumber}"`);
  return id;
}

/**
 * Keeps a category from being deleted until this transaction is over, and its context.
 * @throws EngineError `not-found`
 */
export async function holdCategory(tx: Tx, id: number): Promise<Context> {
  await tx.row('select 1 from categories where id = $1 for key share', [id]);
  return getContext(tx, 'category', id);
}

/** @throws EngineError `not-found` (parent), `conflict` (idnumber taken) */
export async function createCategory(
  tx: Tx,
  category: { name: string; idnumber: string; parentId: number | null },
): Promise<number> {
  const parent: Context =
    category.parentId === null
      ? await getContext(tx, 'system', 0)
      : await getContext(tx, 'category', category.parentId);
  const row = await tx.row<{ id: number }>(
    `insert into categories (parent_id, name, idnumber) values ($1, $2, $3)
     on conflict (site_id, idnumber) where idnumber <> '' do nothing returning id`,
    [category.parentId, category.name, category.idnumber],
  );
  if (!row) throw new EngineError('conflict', `another category has the idnumber "${category.idnumber}" already`);
  await createContext(tx, 'category', row.id, parent);
  // The first is where courses go when no category is named, as the one that Moodle's installer makes.
  await tx.run('update sites set default_category_id = $1 where id = current_site() and default_category_id is null', [
    row.id,
  ]);
  return row.id;
}

/** @throws EngineError `conflict` while it holds courses or categories: Moodle asks where they should go. */
export async function deleteCategory(tx: Tx, id: number): Promise<void> {
  // Waits for whoever is putting something into it; who comes later finds it gone.
  await tx.row('select 1 from categories where id = $1 for update', [id]);
  const held = await tx.row<{ courses: number; categories: number }>(
    `select (select count(*) from courses where category_id = $1) as courses,
            (select count(*) from categories where parent_id = $1) as categories`,
    [id],
  );
  if (held!.courses + held!.categories > 0)
    throw new EngineError('conflict', `the category holds ${held!.courses} courses and ${held!.categories} categories`);
  await deleteContext(tx, 'category', id);
  await tx.run('update sites set default_category_id = null where default_category_id = $1 and id = current_site()', [
    id,
  ]);
  await tx.run('delete from categories where id = $1', [id]);
}
