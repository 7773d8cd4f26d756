-- The shop's tables. Run at every start, in one transaction; what is there already stays as it is.

CREATE TABLE IF NOT EXISTS customers (
    number        text PRIMARY KEY,
    name          text NOT NULL,
    credit_limit  numeric(12, 2) NOT NULL CHECK (credit_limit >= 0),
    balance       numeric(12, 2) NOT NULL DEFAULT 0,
    CONSTRAINT balance_within_credit_limit CHECK (balance BETWEEN 0 AND credit_limit)
);

CREATE TABLE IF NOT EXISTS products (
    sku            text PRIMARY KEY,
    name           text NOT NULL,
    initial_stock  integer NOT NULL CHECK (initial_stock >= 0),
    stock          integer NOT NULL CONSTRAINT stock_never_negative CHECK (stock >= 0)
);

CREATE TABLE IF NOT EXISTS orders (
    number           text PRIMARY KEY,
    placed_on        date NOT NULL,
    customer_number  text NOT NULL REFERENCES customers,
    refund_of        text REFERENCES orders,
    total            numeric(12, 2) NOT NULL CHECK (total > 0),
    refunded         numeric(12, 2) NOT NULL DEFAULT 0,
    CONSTRAINT refunded_within_total CHECK (refunded BETWEEN 0 AND total)
);
CREATE INDEX IF NOT EXISTS orders_placed_on ON orders (placed_on);
CREATE INDEX IF NOT EXISTS orders_customer_number ON orders (customer_number);
CREATE INDEX IF NOT EXISTS orders_refund_of ON orders (refund_of) WHERE refund_of IS NOT NULL;

CREATE TABLE IF NOT EXISTS order_lines (
    order_number  text NOT NULL REFERENCES orders,
    position      integer NOT NULL,
    sku           text NOT NULL REFERENCES products,
    quantity      integer NOT NULL CHECK (quantity > 0),
    unit_price    numeric(12, 2) NOT NULL CHECK (unit_price > 0),
    PRIMARY KEY (order_number, position)
);
CREATE INDEX IF NOT EXISTS order_lines_sku ON order_lines (sku);

CREATE TABLE IF NOT EXISTS ledger_entries (
    order_number  text NOT NULL REFERENCES orders,
    account       text NOT NULL CHECK (account IN ('receivables', 'revenue')),
    amount        numeric(12, 2) NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (order_number, account)
);

-- No reference to orders: an order that was rolled back has a row here too.
CREATE TABLE IF NOT EXISTS audit (
    order_number  text PRIMARY KEY,
    verdict       text NOT NULL,
    detail        text NOT NULL DEFAULT '',
    attempts      integer NOT NULL DEFAULT 1,
    recorded_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS daily_summaries (
    day           date PRIMARY KEY,
    sales         integer NOT NULL,
    sales_total   numeric(14, 2) NOT NULL,
    refunds       integer NOT NULL,
    refund_total  numeric(14, 2) NOT NULL,
    status        text NOT NULL CHECK (status IN ('Draft', 'Started', 'Published'))
);

-- Looks at a commit whether the order is whole: its lines make up its total, and its bookings add up to zero.
CREATE OR REPLACE FUNCTION order_must_be_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched constant text := COALESCE(to_jsonb(NEW), to_jsonb(OLD)) ->> TG_ARGV[0];
    wanted numeric;
BEGIN
    SELECT total INTO wanted FROM orders WHERE number = touched;
    IF wanted IS DISTINCT FROM (SELECT sum(quantity * unit_price) FROM order_lines WHERE order_number = touched) THEN
        RAISE EXCEPTION 'The lines of order % do not make up its total.', touched
            USING ERRCODE = 'check_violation', CONSTRAINT = 'order_lines_make_up_total';
    ELSIF wanted IS NOT NULL AND
          (SELECT sum(amount) FROM ledger_entries WHERE order_number = touched) IS DISTINCT FROM 0 THEN
        RAISE EXCEPTION 'The bookings of order % do not add up to zero.', touched
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bookings_add_up_to_zero';
    END IF;
    RETURN NULL;
END $$;

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'whole' AND tgrelid = 'orders'::regclass) THEN
        CREATE CONSTRAINT TRIGGER whole AFTER INSERT OR UPDATE OF total ON orders
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION order_must_be_whole('number');
        CREATE CONSTRAINT TRIGGER whole AFTER INSERT OR UPDATE OR DELETE ON order_lines
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION order_must_be_whole('order_number');
        CREATE CONSTRAINT TRIGGER whole AFTER INSERT OR UPDATE OR DELETE ON ledger_entries
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION order_must_be_whole('order_number');
    END IF;
END $$;
