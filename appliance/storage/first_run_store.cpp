#include "storage/first_run_store.hpp"

namespace mnara::storage {

std::optional<FirstRunRow> find_first_run(ReadTx& tx)
{
    Query q = tx.query("SELECT code_hash, wrong_tries, made_at FROM first_run WHERE id = 1");
    if (!q.step())
        return std::nullopt;
    return FirstRunRow{q.get<std::string>(0), q.get<int>(1), q.get<UnixTime>(2)};
}

void put_first_run(Tx& tx, const FirstRunRow& row)
{
    tx.run("INSERT INTO first_run(id, code_hash, wrong_tries, made_at) VALUES (1, ?1, ?2, ?3) "
           "ON CONFLICT (id) DO UPDATE SET code_hash = excluded.code_hash, "
           "wrong_tries = excluded.wrong_tries, made_at = excluded.made_at",
           Blob{row.code_hash}, row.wrong_tries, row.made_at);
}

void delete_first_run(Tx& tx)
{
    tx.run("DELETE FROM first_run");
}

std::optional<PictureRow> find_picture(ReadTx& tx, const std::string& name)
{
    Query q = tx.query("SELECT media_type, bytes, set_at FROM picture WHERE name = ?1", name);
    if (!q.step())
        return std::nullopt;
    return PictureRow{q.get<std::string>(0), q.get<std::string>(1), q.get<UnixTime>(2)};
}

void put_picture(Tx& tx, const std::string& name, const PictureRow& row, const std::string& actor)
{
    tx.run("INSERT INTO picture(name, media_type, bytes, set_by, set_at) "
           "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO UPDATE SET "
           "media_type = excluded.media_type, bytes = excluded.bytes, set_by = excluded.set_by, "
           "set_at = excluded.set_at",
           name, row.media_type, Blob{row.bytes}, actor, row.set_at);
}

bool delete_picture(Tx& tx, const std::string& name)
{
    return tx.run("DELETE FROM picture WHERE name = ?1", name) == 1;
}

} // namespace mnara::storage
