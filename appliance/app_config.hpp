// The one configuration file: addresses and folders. Everything else is a setting in the database.
#pragma once

#include <string>

namespace mnara::app {

struct Config
{
    std::string data_dir;   // mnara.db and secret.key
    std::string radius_dir; // radius.db and accounting.secret; setgid for FreeRADIUS
    std::string radius_log; // the reason log FreeRADIUS writes
    std::string http_listen = "127.0.0.1:8080";
    std::string public_url; // what provider callbacks are built from; default http://<http_listen>
    std::string accounting_listen = "127.0.0.1:18130";
    std::string coa_source; // address CoA is sent from; empty: the system chooses
};

// Lines "key = value", '#' begins a comment; relative folders are relative to the file's own.
// Throws std::runtime_error that names file, line and what to do.
[[nodiscard]] Config read_config(const std::string& path);

} // namespace mnara::app
