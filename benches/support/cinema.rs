//! The cinema workload: 12 rules, first hit, over 15 fields of a context of 30; three outputs.
//!
//! Seeded visits as structs and as JSON, and the hand-written function that is the measure. The same rules for
//! pervade are in `cinema.pvd`.

use super::rng::Rng;
use serde::{Deserialize, Serialize};

/// The rules as a text.
pub const RULES: &str = include_str!("cinema.pvd");

macro_rules! enums {
    ($($name:ident { $($member:ident = $word:literal),* })*) => {$(
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum $name { $(#[serde(rename = $word)] $member),* }
        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$member),*];
            pub const WORDS: &'static [&'static str] = &[$($word),*];
        }
    )*};
}

enums! {
    Day { Mon = "mon", Tue = "tue", Wed = "wed", Thu = "thu", Fri = "fri", Sat = "sat", Sun = "sun" }
    Genre { Action = "action", Comedy = "comedy", Drama = "drama", Horror = "horror", Kids = "kids", Scifi = "scifi" }
    Tier { None = "none", Silver = "silver", Gold = "gold", Platinum = "platinum" }
    Channel { Web = "web", App = "app", Kiosk = "kiosk", Phone = "phone" }
    Country { Es = "ES", Fr = "FR", De = "DE", Uk = "UK", Us = "US" }
    Screen { Standard = "standard", Imax = "imax", Threed = "threed" }
    Name {
        PlatGroup = "PLAT_GROUP", StudentMid = "STUDENT_MID", Senior = "SENIOR", Family = "FAMILY",
        GoldLoyal = "GOLD_LOYAL", ImaxApp = "IMAX_APP", HolidayEs = "HOLIDAY_ES", Winback = "WINBACK",
        Teen = "TEEN", LateKiosk = "LATE_KIOSK", SilverPts = "SILVER_PTS", None = "NONE"
    }
}

/// What the rules read of a visit.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Cinema {
    pub day: Day,
    pub genre: Genre,
    pub tier: Tier,
    pub channel: Channel,
    pub country: Country,
    pub screen: Screen,
    pub age: i64,
    pub hour: i64,
    pub tickets: i64,
    pub spend90: i64,
    pub visits90: i64,
    pub points: i64,
    pub student: bool,
    pub holiday: bool,
    pub app_user: bool,
}

/// A visit as a host has it: all 30 fields.
#[derive(Clone, Debug, Serialize)]
pub struct Visit {
    pub day: Day,
    pub genre: Genre,
    pub tier: Tier,
    pub channel: Channel,
    pub country: Country,
    pub screen: Screen,
    pub age: i64,
    pub hour: i64,
    pub tickets: i64,
    pub spend90: i64,
    pub visits90: i64,
    pub points: i64,
    pub student: bool,
    pub holiday: bool,
    pub app_user: bool,
    pub attr_s0: String,
    pub attr_s1: String,
    pub attr_s2: String,
    pub attr_s3: String,
    pub attr_s4: String,
    pub attr_s5: String,
    pub attr_i0: i64,
    pub attr_i1: i64,
    pub attr_i2: i64,
    pub attr_i3: i64,
    pub attr_i4: i64,
    pub attr_i5: i64,
    pub attr_b0: bool,
    pub attr_b1: bool,
    pub attr_b2: bool,
}

impl Visit {
    /// What the rules read, taken by hand.
    #[inline]
    pub fn cinema(&self) -> Cinema {
        Cinema {
            day: self.day,
            genre: self.genre,
            tier: self.tier,
            channel: self.channel,
            country: self.country,
            screen: self.screen,
            age: self.age,
            hour: self.hour,
            tickets: self.tickets,
            spend90: self.spend90,
            visits90: self.visits90,
            points: self.points,
            student: self.student,
            holiday: self.holiday,
            app_user: self.app_user,
        }
    }
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub offer: Name,
    pub discount: f64,
    pub priority: i64,
}

const fn offer(offer: Name, discount: f64, priority: i64) -> Offer {
    Offer {
        offer,
        discount,
        priority,
    }
}

pub static OFFERS: [Offer; 12] = [
    offer(Name::PlatGroup, 0.30, 1),
    offer(Name::StudentMid, 0.40, 2),
    offer(Name::Senior, 0.35, 3),
    offer(Name::Family, 0.25, 4),
    offer(Name::GoldLoyal, 0.20, 5),
    offer(Name::ImaxApp, 0.15, 6),
    offer(Name::HolidayEs, 0.10, 7),
    offer(Name::Winback, 0.50, 8),
    offer(Name::Teen, 0.12, 9),
    offer(Name::LateKiosk, 0.05, 10),
    offer(Name::SilverPts, 0.08, 11),
    offer(Name::None, 0.0, 12),
];

/// The rules, written by hand.
#[inline(never)]
pub fn by_hand(c: &Cinema) -> Offer {
    OFFERS[if c.tier == Tier::Platinum && c.tickets >= 4 && !c.holiday {
        0
    } else if c.student && matches!(c.day, Day::Mon | Day::Tue | Day::Wed) && c.hour < 18 {
        1
    } else if c.age >= 65 && c.hour < 17 {
        2
    } else if c.genre == Genre::Kids && c.tickets >= 3 && c.hour >= 10 && c.hour <= 14 {
        3
    } else if c.tier == Tier::Gold && c.spend90 >= 150 && c.visits90 >= 6 {
        4
    } else if c.screen == Screen::Imax
        && c.channel == Channel::App
        && c.app_user
        && matches!(c.day, Day::Fri | Day::Sat)
    {
        5
    } else if c.holiday && c.country == Country::Es && c.tickets >= 2 {
        6
    } else if c.visits90 < 1 && c.points >= 500 {
        7
    } else if c.age < 18 && matches!(c.genre, Genre::Action | Genre::Horror | Genre::Scifi) {
        8
    } else if c.channel == Channel::Kiosk && c.hour >= 21 {
        9
    } else if c.tier == Tier::Silver && c.points >= 1000 {
        10
    } else {
        11
    }]
}

/// Seeded customers.
pub fn customers(count: usize) -> Vec<Cinema> {
    let mut rng = Rng::new(11);
    (0..count).map(|_| customer(&mut rng)).collect()
}

/// The order of drawing is the order of the fields.
fn customer(rng: &mut Rng) -> Cinema {
    let mut of = |n: usize| rng.index(n);
    let day = Day::ALL[of(Day::ALL.len())];
    let genre = Genre::ALL[of(Genre::ALL.len())];
    let tier = Tier::ALL[of(Tier::ALL.len())];
    let channel = Channel::ALL[of(Channel::ALL.len())];
    let country = Country::ALL[of(Country::ALL.len())];
    let screen = Screen::ALL[of(Screen::ALL.len())];
    Cinema {
        day,
        genre,
        tier,
        channel,
        country,
        screen,
        age: rng.int(8, 85),
        hour: rng.int(9, 23),
        tickets: rng.int(1, 6),
        spend90: rng.int(0, 300),
        visits90: rng.int(0, 12),
        points: rng.int(0, 2000),
        student: rng.bool(),
        holiday: rng.bool(),
        app_user: rng.bool(),
    }
}

/// The same customers with what the rules do not read.
pub fn visits(count: usize) -> Vec<Visit> {
    let mut rng = Rng::new(99);
    let all = customers(count).into_iter();
    all.map(|cinema| visit(&cinema, &mut rng)).collect()
}

fn visit(c: &Cinema, rng: &mut Rng) -> Visit {
    let mut word = |i: usize| format!("value-{i}-{}", rng.index(8));
    let [attr_s0, attr_s1, attr_s2, attr_s3, attr_s4, attr_s5] = std::array::from_fn(&mut word);
    let mut int = |_| rng.int(0, 99_999);
    let [attr_i0, attr_i1, attr_i2, attr_i3, attr_i4, attr_i5] = std::array::from_fn(&mut int);
    Visit {
        day: c.day,
        genre: c.genre,
        tier: c.tier,
        channel: c.channel,
        country: c.country,
        screen: c.screen,
        age: c.age,
        hour: c.hour,
        tickets: c.tickets,
        spend90: c.spend90,
        visits90: c.visits90,
        points: c.points,
        student: c.student,
        holiday: c.holiday,
        app_user: c.app_user,
        attr_s0,
        attr_s1,
        attr_s2,
        attr_s3,
        attr_s4,
        attr_s5,
        attr_i0,
        attr_i1,
        attr_i2,
        attr_i3,
        attr_i4,
        attr_i5,
        attr_b0: rng.bool(),
        attr_b1: rng.bool(),
        attr_b2: rng.bool(),
    }
}
