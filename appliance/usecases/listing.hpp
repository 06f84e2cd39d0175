// Looking without a rule of business needs no use case of its own: these are the questions that
// http may put to the database, read only, inside Context::db.read or a write that shows what it
// did.
#pragma once

#include "storage/listing/home.hpp"
#include "storage/listing/money.hpp"
#include "storage/listing/network.hpp"
#include "storage/listing/office.hpp"
#include "storage/listing/operators.hpp"
#include "storage/listing/payment_story.hpp"
#include "storage/listing/people.hpp"
#include "storage/listing/reports.hpp"
#include "storage/listing/scope.hpp"
#include "storage/listing/search.hpp"
#include "storage/listing/timeline.hpp"
#include "usecases/context.hpp"

namespace mnara::usecases {

namespace listing = storage::listing;

} // namespace mnara::usecases
