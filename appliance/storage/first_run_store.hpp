// The code of the first start, and pictures of the office (its logo).
#pragma once

#include "storage/database.hpp"

#include <optional>
#include <string>

namespace mnara::storage {

struct FirstRunRow
{
    std::string code_hash;
    int wrong_tries = 0;
    UnixTime made_at;
};
[[nodiscard]] std::optional<FirstRunRow> find_first_run(ReadTx& tx);
void put_first_run(Tx& tx, const FirstRunRow& row);
void delete_first_run(Tx& tx);

struct PictureRow
{
    std::string media_type, bytes;
    UnixTime set_at;
};
[[nodiscard]] std::optional<PictureRow> find_picture(ReadTx& tx, const std::string& name);
void put_picture(Tx& tx, const std::string& name, const PictureRow& row, const std::string& actor);
[[nodiscard]] bool delete_picture(Tx& tx, const std::string& name);

} // namespace mnara::storage
