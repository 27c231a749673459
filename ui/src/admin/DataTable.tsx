import type { Key, ReactNode } from 'react';
import classes from './DataTable.module.css';

export interface Column<T> {
  title: string;
  cell: (row: T) => ReactNode;
  /** What a row is about; on narrow screens it stands above the rest, without its title. */
  head?: boolean;
  /** Buttons: their column's title is only read out. */
  actions?: boolean;
  /** Figures, times: never broken, and under each other. */
  tabular?: boolean;
}

interface DataTableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => Key;
}

/**
 * A table that becomes a list where it is too narrow for columns. Roles are spelled out because
 * browsers forget what a table is when its parts are laid out otherwise.
 */
export function DataTable<T>({ label, columns, rows, keyOf }: DataTableProps<T>) {
  return (
    <div className={classes.frame}>
      <table className={classes.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ title, actions }) => (
              <th key={title} scope="col" role="columnheader">
                <span className={actions ? classes.unseen : undefined}>{title}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map(({ title, cell, head, actions, tabular }) => (
                <td
                  key={title}
                  role="cell"
                  data-title={head || actions ? undefined : title}
                  data-head={head || undefined}
                  data-actions={actions || undefined}
                  data-tabular={tabular || undefined}
                >
                  <div>{cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
