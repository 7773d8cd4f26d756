-- The shop's tables. Run at every start, in one transaction; what is there already stays as it is.

CREATE TABLE IF NOT EXISTS products (
    sku    text PRIMARY KEY,
    name   text NOT NULL,
    price  numeric(12, 2) NOT NULL CHECK (price > 0),
    stock  integer NOT NULL CONSTRAINT stock_never_negative CHECK (stock >= 0)
);

-- trace_id: the trace of the request that placed the order, where it was traced.
CREATE TABLE IF NOT EXISTS orders (
    id         uuid PRIMARY KEY,
    buyer      text NOT NULL,
    sku        text NOT NULL REFERENCES products,
    quantity   integer NOT NULL CHECK (quantity > 0),
    total      numeric(14, 2) NOT NULL CHECK (total > 0),
    delivered  boolean NOT NULL DEFAULT false,
    trace_id   text,
    placed_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS orders_trace_id ON orders (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS orders_placed_at ON orders (placed_at DESC);

-- Money: the two entries of an order add up to zero, and so does the whole ledger.
CREATE TABLE IF NOT EXISTS ledger_entries (
    order_id  uuid NOT NULL REFERENCES orders,
    account   text NOT NULL CHECK (account IN ('receivables', 'revenue')),
    amount    numeric(14, 2) NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (order_id, account)
);

-- Goods: the movements of a product add up to its stock. One without an order is a delivery to the shop.
CREATE TABLE IF NOT EXISTS stock_movements (
    id        uuid PRIMARY KEY,
    sku       text NOT NULL REFERENCES products,
    order_id  uuid REFERENCES orders,
    quantity  integer NOT NULL CHECK (quantity <> 0)
);

CREATE TABLE IF NOT EXISTS notes (
    id        uuid PRIMARY KEY,
    text      text NOT NULL,
    trace_id  text,
    noted_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS notes_trace_id ON notes (trace_id) WHERE trace_id IS NOT NULL;

WITH added AS (
    INSERT INTO products (sku, name, price, stock) VALUES
        ('COFFEE', 'Coffee', 8.50, 10000),
        ('TEA', 'Green tea', 4.20, 10000),
        ('TEAPOT', 'Teapot', 39.00, 3)
    ON CONFLICT DO NOTHING
    RETURNING sku, stock
)
INSERT INTO stock_movements (id, sku, quantity) SELECT gen_random_uuid(), sku, stock FROM added;
