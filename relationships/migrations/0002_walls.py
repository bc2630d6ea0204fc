"""Row-level security, two-sided write checks, immutability, the audit trail, and the door for invited parties."""

from typing import ClassVar

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

from portal.lib import walls

SIDE = """
CREATE FUNCTION portal_side(relationship bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $body$
    -- The side on which the announced organisation stands; null when it is no party.
    SELECT CASE current_setting('app.organisation_id')::bigint
        WHEN customer_id THEN 'CUSTOMER' WHEN provider_id THEN 'PROVIDER' END
    FROM relationships_relationship WHERE id = relationship
$body$;
"""

PARTIES = """
CREATE FUNCTION relationships_parties_are_fixed() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
BEGIN
    -- A party enters by accepting an invitation (accept_relationship_invitation), never by a plain update.
    IF row_security_active(TG_RELID) AND (NEW.customer_id, NEW.provider_id, NEW.initiated_by_side)
        IS DISTINCT FROM (OLD.customer_id, OLD.provider_id, OLD.initiated_by_side)
    THEN
        RAISE EXCEPTION 'The parties of a relationship change only by invitation' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$body$;
"""

FOUNDER = """
CREATE FUNCTION relationships_founder_sees() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
BEGIN
    -- Who founds a relationship may go on writing in it for the rest of the transaction.
    IF row_security_active(TG_RELID) THEN
        PERFORM set_config('app.relationship_ids',
            array_append(current_setting('app.relationship_ids')::bigint[], NEW.id)::text, true);
    END IF;
    RETURN NULL;
END
$body$;
"""

SIGNATURES = """
CREATE FUNCTION relationships_agreement_keys() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
DECLARE
    walled boolean := row_security_active(TG_RELID);
    own text;
    customer_turns boolean;
    provider_turns boolean;
    signer bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF walled AND OLD.outcome <> 'OPEN' THEN
            RAISE EXCEPTION 'A settled agreement stays as it is' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME;
        END IF;
        RETURN OLD;
    END IF;
    customer_turns := NEW.customer_signed_by_id IS NOT NULL;
    provider_turns := NEW.provider_signed_by_id IS NOT NULL;
    IF TG_OP = 'UPDATE' THEN
        IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
        IF OLD.outcome <> 'OPEN' THEN
            RAISE EXCEPTION 'A settled agreement stays as it is' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME;
        END IF;
        -- A signature names a version: other terms are another version, on which nobody has signed yet.
        IF (NEW.kind, NEW.title, NEW.content, NEW.digest, NEW.relationship_id)
            IS DISTINCT FROM (OLD.kind, OLD.title, OLD.content, OLD.digest, OLD.relationship_id)
            AND NEW.version <= OLD.version
        THEN
            RAISE EXCEPTION 'Other terms need another version' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME;
        END IF;
        customer_turns := customer_turns AND
            (NEW.customer_signed_by_id, NEW.customer_signed_at, NEW.customer_signed_version)
            IS DISTINCT FROM (OLD.customer_signed_by_id, OLD.customer_signed_at, OLD.customer_signed_version);
        provider_turns := provider_turns AND
            (NEW.provider_signed_by_id, NEW.provider_signed_at, NEW.provider_signed_version)
            IS DISTINCT FROM (OLD.provider_signed_by_id, OLD.provider_signed_at, OLD.provider_signed_version);
    END IF;
    IF NOT walled THEN RETURN NEW; END IF;
    own := portal_side(NEW.relationship_id);
    IF TG_OP = 'INSERT' THEN
        IF NEW.proposed_by_side IS DISTINCT FROM own THEN
            RAISE EXCEPTION 'Nobody proposes in the name of the other side' USING ERRCODE = '42501';
        END IF;
    ELSIF NEW.proposed_by_side <> OLD.proposed_by_side THEN
        RAISE EXCEPTION 'The proposing side does not change' USING ERRCODE = '42501';
    END IF;
    IF (customer_turns AND own IS DISTINCT FROM 'CUSTOMER')
        OR (provider_turns AND own IS DISTINCT FROM 'PROVIDER')
    THEN
        RAISE EXCEPTION 'Nobody turns the key of the other side' USING ERRCODE = '42501';
    END IF;
    IF customer_turns OR provider_turns THEN
        signer := CASE WHEN customer_turns THEN NEW.customer_signed_by_id ELSE NEW.provider_signed_by_id END;
        IF NOT EXISTS (
            SELECT FROM accounts_person
            WHERE id = signer AND organisation_id = current_setting('app.organisation_id')::bigint
        ) THEN
            RAISE EXCEPTION 'Who signs belongs to the signing side' USING ERRCODE = '42501';
        END IF;
    END IF;
    RETURN NEW;
END
$body$;
"""

AUDIT = """
CREATE FUNCTION portal_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $body$
-- Arguments: key column, column with the relationship's id, columns left out (comma-separated).
-- One chain per relationship; its head is locked until the transaction ends, so that links never fork.
DECLARE
    left_out text[] := string_to_array(TG_ARGV[2], ',');
    operation text := left(TG_OP, 1);
    person bigint := nullif(nullif(current_setting('app.person_id', true), '')::bigint, 0);
    moment timestamptz := clock_timestamp();
    moment_text text := to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.US');
    change record;
    current_owner bigint;
    link_seq bigint;
    previous text;
    link text;
    chains text[] := '{}'; seqs bigint[] := '{}'; owners bigint[] := '{}'; row_ids bigint[] := '{}';
    befores jsonb[] := '{}'; afters jsonb[] := '{}'; previouses text[] := '{}'; hashes text[] := '{}';
    changes refcursor;
BEGIN
    IF TG_OP = 'INSERT' THEN
        OPEN changes FOR
            SELECT (n.j ->> TG_ARGV[0])::bigint AS row_id, (n.j ->> TG_ARGV[1])::bigint AS owner,
                NULL::jsonb AS before, n.j - left_out AS after
            FROM (SELECT to_jsonb(r) AS j FROM new_rows r) n ORDER BY 2, 1;
    ELSIF TG_OP = 'DELETE' THEN
        OPEN changes FOR
            SELECT (o.j ->> TG_ARGV[0])::bigint AS row_id, (o.j ->> TG_ARGV[1])::bigint AS owner,
                o.j - left_out AS before, NULL::jsonb AS after
            FROM (SELECT to_jsonb(r) AS j FROM old_rows r) o ORDER BY 2, 1;
    ELSE
        OPEN changes FOR
            SELECT coalesce(n.id, o.id) AS row_id,
                coalesce((o.j ->> TG_ARGV[1])::bigint, (n.j ->> TG_ARGV[1])::bigint) AS owner,
                o.j AS before, n.j AS after
            FROM (SELECT (to_jsonb(r) ->> TG_ARGV[0])::bigint AS id, to_jsonb(r) - left_out AS j
                FROM old_rows r) o
            FULL JOIN (SELECT (to_jsonb(r) ->> TG_ARGV[0])::bigint AS id, to_jsonb(r) - left_out AS j
                FROM new_rows r) n USING (id)
            WHERE o.j IS DISTINCT FROM n.j ORDER BY 2, 1;
    END IF;
    LOOP
        FETCH changes INTO change;
        IF current_owner IS NOT NULL AND (NOT FOUND OR change.owner <> current_owner) THEN
            UPDATE relationships_audithead SET seq = link_seq, hash = previous
            WHERE chain = 'relationship:' || current_owner;
        END IF;
        EXIT WHEN change.row_id IS NULL;
        IF current_owner IS NULL OR change.owner <> current_owner THEN
            current_owner := change.owner;
            INSERT INTO relationships_audithead (chain, seq, hash)
            VALUES ('relationship:' || current_owner, 0, repeat('0', 64)) ON CONFLICT (chain) DO NOTHING;
            SELECT h.seq, h.hash INTO STRICT link_seq, previous
            FROM relationships_audithead h WHERE h.chain = 'relationship:' || current_owner FOR UPDATE;
        END IF;
        link_seq := link_seq + 1;
        link := encode(sha256(convert_to(concat_ws(E'\\n',
            previous, 'relationship:' || current_owner, link_seq, current_owner, TG_TABLE_NAME, change.row_id,
            operation, coalesce(person::text, ''), moment_text,
            coalesce(change.before::text, ''), coalesce(change.after::text, '')), 'UTF8')), 'hex');
        chains := chains || ('relationship:' || current_owner);
        seqs := seqs || link_seq;
        owners := owners || current_owner;
        row_ids := row_ids || change.row_id;
        befores := array_append(befores, change.before);
        afters := array_append(afters, change.after);
        previouses := previouses || previous;
        hashes := hashes || link;
        previous := link;
    END LOOP;
    CLOSE changes;
    INSERT INTO relationships_auditentry (chain, seq, relationship_id, table_name, row_id, operation, person_id,
        at, before, after, previous_hash, hash)
    SELECT e.chain, e.seq, e.owner, TG_TABLE_NAME, e.row_id, operation, person, moment, e.before, e.after,
        e.previous, e.hash
    FROM unnest(chains, seqs, owners, row_ids, befores, afters, previouses, hashes)
        AS e(chain, seq, owner, row_id, before, after, previous, hash);
    RETURN NULL;
END
$body$;
"""

FIND = """
CREATE FUNCTION find_relationship_invitation(token text) RETURNS TABLE (
    invitation_id bigint, relationship_id bigint, relationship_name text, organisation_name text, email text,
    inviting_side text, inviting_organisation_id bigint, inviting_organisation_name text, invited_by_name text,
    expires_at timestamptz, settled_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    SELECT i.id, r.id, r.name, i.organisation_name, i.email, r.initiated_by_side, o.id, o.name, p.full_name,
        i.expires_at, i.settled_at
    FROM relationships_relationshipinvitation i
    JOIN relationships_relationship r ON r.id = i.relationship_id
    JOIN accounts_organisation o
        ON o.id = CASE r.initiated_by_side WHEN 'CUSTOMER' THEN r.customer_id ELSE r.provider_id END
    JOIN accounts_person p ON p.id = i.invited_by_id
    WHERE i.token_hash = token
$body$;
"""

ACCEPT = """
CREATE FUNCTION accept_relationship_invitation(
    token text, organisation bigint, person bigint, moment timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
DECLARE
    invitation relationships_relationshipinvitation%ROWTYPE;
    joined relationships_relationship%ROWTYPE;
    scope_person bigint := nullif(nullif(current_setting('app.person_id', true), '')::bigint, 0);
    scope_organisation bigint := nullif(nullif(current_setting('app.organisation_id', true), '')::bigint, 0);
BEGIN
    IF scope_person <> person OR scope_organisation <> organisation OR NOT EXISTS (
        SELECT FROM accounts_person p WHERE p.id = person AND p.organisation_id = organisation AND p.is_active
    ) THEN
        RAISE EXCEPTION 'Nobody accepts in the name of others' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO invitation FROM relationships_relationshipinvitation i WHERE i.token_hash = token FOR UPDATE;
    IF NOT FOUND OR invitation.settled_at IS NOT NULL OR invitation.expires_at <= moment THEN
        RETURN NULL;
    END IF;
    SELECT * INTO STRICT joined FROM relationships_relationship r
    WHERE r.id = invitation.relationship_id FOR UPDATE;
    IF joined.accepted_at IS NOT NULL OR organisation IN (joined.customer_id, joined.provider_id) THEN
        RETURN NULL;
    END IF;
    UPDATE relationships_relationship r SET
        customer_id = CASE r.initiated_by_side WHEN 'CUSTOMER' THEN r.customer_id ELSE organisation END,
        provider_id = CASE r.initiated_by_side WHEN 'PROVIDER' THEN r.provider_id ELSE organisation END,
        accepted_by_id = person, accepted_at = moment, changed_at = moment, version = r.version + 1
    WHERE r.id = joined.id;
    UPDATE relationships_relationshipinvitation i SET settled_at = moment, accepted_by_id = person
    WHERE i.id = invitation.id;
    -- Who has just joined may go on writing in the relationship for the rest of the transaction.
    PERFORM set_config('app.relationship_ids', array_append(
        coalesce(nullif(current_setting('app.relationship_ids', true), ''), '{}')::bigint[], joined.id)::text, true);
    RETURN joined.id;
END
$body$;
"""

PARTY = f"customer_id = {walls.ORGANISATION} OR provider_id = {walls.ORGANISATION}"
IN_SCOPE = f"relationship_id = {walls.IDS}"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("relationships", "0001_initial"), ("accounts", "0001_initial")]
    # The named periods of kpis are kept apart by an exclusion constraint, which needs the extension.
    run_before: ClassVar = [("kpis", "0001_initial")]

    operations: ClassVar = [
        BtreeGistExtension(),
        walls.function("portal_side(bigint)", SIDE),
        walls.function("relationships_parties_are_fixed()", PARTIES),
        walls.function("relationships_founder_sees()", FOUNDER),
        walls.function("relationships_agreement_keys()", SIGNATURES),
        walls.function("portal_audit()", AUDIT),
        # The cheap comparisons stand first: an executive's list of ids is long, their organisation is one.
        walls.relationship_rls("relationships_relationship", using=f"{PARTY} OR id = {walls.IDS}"),
        walls.relationship_rls("relationships_relationshipinvitation"),
        walls.relationship_rls(
            # A person's own seats are read before the ids are known; nobody seats themselves that way.
            "relationships_seat",
            using=f"person_id = {walls.PERSON} OR {IN_SCOPE}",
            check=IN_SCOPE,
        ),
        walls.relationship_rls("relationships_agreement"),
        walls.relationship_rls("relationships_statementofintent"),
        walls.relationship_rls("relationships_stagechange"),
        walls.relationship_rls("relationships_contract"),
        walls.relationship_rls("relationships_contractdocument"),
        walls.relationship_rls(
            "relationships_timelineentry",
            using=f"{IN_SCOPE} AND (internal_to_id IS NULL OR internal_to_id = {walls.ORGANISATION})",
        ),
        walls.relationship_rls("relationships_auditentry"),
        walls.append_only("relationships_auditentry"),
        walls.append_only("relationships_audithead"),
        walls.hidden("relationships_audithead", "portal_app"),
        walls.trigger(
            "relationships_relationship",
            "parties_are_fixed",
            "BEFORE UPDATE",
            "relationships_parties_are_fixed",
        ),
        walls.trigger(
            "relationships_relationship", "founder_sees", "AFTER INSERT", "relationships_founder_sees"
        ),
        walls.trigger(
            "relationships_agreement",
            "agreement_keys",
            "BEFORE INSERT OR UPDATE OR DELETE",
            "relationships_agreement_keys",
        ),
        *walls.own_side("relationships_timelineentry", when="NEW.actor_id IS NOT NULL"),
        *walls.immutable_terms("relationships_statementofintent", agreed="agreement"),
        *walls.immutable_terms("relationships_stagechange", agreed="agreement"),
        walls.composite_key("relationships_statementofintent", "agreement_id", "relationships_agreement"),
        walls.composite_key("relationships_stagechange", "agreement_id", "relationships_agreement"),
        walls.composite_key("relationships_agreement", "counters_id", "relationships_agreement"),
        walls.composite_key("relationships_contract", "parent_id", "relationships_contract"),
        walls.composite_key("relationships_contractdocument", "contract_id", "relationships_contract"),
        walls.composite_key("relationships_seat", "counterpart_id", "relationships_seat"),
        *walls.audited("relationships_relationship", "id", without=("changed_at",)),
        *walls.audited("relationships_relationshipinvitation", without=("token_hash",)),
        *walls.audited("relationships_seat"),
        *walls.audited("relationships_agreement"),
        *walls.audited("relationships_statementofintent"),
        *walls.audited("relationships_stagechange"),
        *walls.audited("relationships_contract"),
        *walls.audited("relationships_contractdocument"),
        *walls.audited("relationships_timelineentry"),
        walls.definer_function("find_relationship_invitation(text)", FIND),
        walls.definer_function("accept_relationship_invitation(text, bigint, bigint, timestamptz)", ACCEPT),
    ]
