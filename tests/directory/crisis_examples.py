"""Sentences as people type them: those that tell of danger, by kind, and everyday ones that must stay quiet."""

DISTRESS: dict[str, str] = {
    "mental_health": """
        I want to kill myself
        i dont want to be alive anymore
        I don't want to live any more
        thinking about ending my life
        feel suicidal
        sucidal thoughts
        suicidle and alone
        i just want it all to stop
        everyone would be better off without me
        whats the point anymore
        theres no point in living
        life isn't worth living
        i cant go on
        since my wife died i cant go on
        I can't carry on like this
        can't cope any more
        somewhere to go tonight i cant cope
        my daughter is self harming
        son cutting his arms
        self-harm support
        i keep hurting myself
        i want to hurt myself
        going to jump off a bridge
        jump in front of a train
        im going to hang myself
        wish i was dead
        wish i had never been born
        i should be dead
        better off dead
        i want to dissapear
        nobody would miss me if i was gone
        nobody would care if i died
        want to go to sleep and never wake up
        i want to sleep forever
        urge to cut myself
        i am a danger to myself and cant keep myself safe
        crisis team number
        mental health crisis
        im in crisis
        having a breakdown
        nervous breakdown
        hearing voices telling me to hurt people
        my friend is suicidal
        my son says he wants to die
        husband talking about suicide
        pt with SI no plan
        active SI referred from GP
        hx DSH needs support
        recent OD needs follow up
        samaritans
        kms tonight i want to kms
        want to unalive myself
        tired of living
        im done with life and want to end it
        i want to end it all
        lost the will to live
        no reason to live
        nothing to live for
        given up on life
        cant see a way out
        no way out
        im a burden to my family
        thoughts of hurting my baby
        i might hurt someone
        i want to kill my neighbour
        im losing my mind
        having a panic attack right now
        K I L L myself
        k*ll myself
        su1cide
        KILL MYSELF
        kilmyself
        i want too die
        i wanna die
        dont wanna be here no more
        """,
    "emergency": """
        chest pain cant breathe
        chest pains
        my husband is having a heart attack
        i think im having a heart attack
        mum is having a stroke
        her face is drooping
        dad collapsed
        he is not breathing
        she wont wake up
        unconscious
        taken an overdose
        i took an overdose
        ive taken all my tablets
        took too many paracetamol
        he has swallowed bleach
        bleeding wont stop
        cant stop the bleeding
        bleeding heavily
        my house is on fire
        i can smell gas
        someone is breaking in
        he has got a knife
        he is going to kill me
        my ex says he will kill me
        need an ambulance
        call 999
        999
        i have been stabbed
        baby not breathing
        my child is missing
        having a seizure
        i slit my wrists
        im standing on a bridge and want to jump
        help i am being attacked
        coughing up blood
        """,
    "abuse": """
        my husband hits me
        my partner beats me up
        boyfriend hit me again
        my ex keeps threatening me
        he hits me when he drinks
        she hits me and throws things
        my wife is violent
        wife beats me
        domestic violence
        domestic abuse
        domestik violence
        dv support
        DV refuge
        womens refuge
        need a refuge for me and my kids
        i was raped
        raped
        sexual assault
        sexually assaulted last night
        someone spiked my drink
        forced marriage
        they are forcing me to marry
        honour based violence
        coercive control
        controlling boyfriend
        he wont let me leave the house
        my partner controls all my money
        not allowed to see my family
        im scared of my husband
        i am frightened of him
        scared to go home
        i dont feel safe at home
        not safe at home
        being stalked by my ex
        stalker
        escape from abusive husband
        leaving an abusive relationship
        abused as a child
        i was abused when i was young
        emotionally abusive mother
        physical abuse
        my son hits me
        my dad beats me
        he strangled me
        walking on eggshells
        IDVA
        revenge porn
        abuse
        my partner has started hitting me
        gets violent when he drinks my husband
        """,
    "safeguarding_child": """
        i think my child is being abused
        child abuse
        my neighbour hits her kids
        worried about a child next door
        children being neglected
        child neglect
        report child abuse
        my daughter is being groomed online
        groomed
        my grandson was touched by a man
        my uncle touches me
        my dad hits me
        mum locks me in my room
        kids left alone all night
        child protection
        a little girl is being beaten
        child not safe with her father
        babies in danger
        county lines my son
        nspcc
        my stepdad touches me
        i might hurt my baby
        fgm
        child sexual exploitation
        """,
    "safeguarding_adult": """
        elder abuse
        my nan is being neglected in her care home
        carer hits my mum
        my mum is being abused by her carer
        carer stealing from my dad
        someone is taking my nans money
        adult safeguarding
        safeguarding adults team
        cuckooing
        modern slavery
        human trafficking
        vulnerable adult at risk
        vulnerable man being exploited
        neglected in a nursing home
        abuse in a care home
        self neglect
        safeguarding concern
        """,
    "homelessness": """
        nowhere to sleep tonight
        i have nowhere to go tonight
        no where to stay
        no place to stay
        sleeping rough
        sleeping in my car
        rough sleeper
        homeless
        i am homeless
        made homeless today
        homless
        kicked out by my parents
        my mum kicked me out
        my parents threw me out
        thrown out by my girlfriend
        evicted today
        being evicted tomorrow
        need a bed for the night
        somewhere to sleep tonight
        night shelter
        emergency accommodation
        sofa surfing
        on the streets tonight
        i lost my home
        living on the streets
        bailiffs today
        landlord changed the locks
        """,
}

OTHER_LANGUAGES: dict[str, dict[str, str]] = {
    "cy": {
        "mental_health": """
            dwi eisiau lladd fy hun
            hunanladdiad
            dw i isio marw
            rydw i eisiau marw
            hunan-niwed
            ddim eisiau byw
            methu ymdopi
            methu mynd ymlaen
            argyfwng iechyd meddwl
            """,
        "emergency": """
            poen yn fy mrest
            methu anadlu
            angen ambiwlans
            wedi cymryd gorddos
            """,
        "abuse": """
            cam-drin domestig
            trais yn y cartref
            trais domestig
            mae fy ngŵr yn fy nharo
            ofn fy mhartner
            """,
        "safeguarding_child": "cam-drin plant\nplentyn mewn perygl",
        "safeguarding_adult": "diogelu oedolion",
        "homelessness": """
            digartref
            cysgu ar y stryd
            nunlle i gysgu heno
            dim lle i aros
            """,
    },
    "ur": {
        "mental_health": """
            میں مرنا چاہتا ہوں
            خودکشی
            مجھے جینا نہیں ہے
            اپنی جان لینا چاہتی ہوں
            main marna chahta hun
            mujhe marna hai
            khudkushi
            khud kushi karna chahti hoon
            jeena nahi chahti
            """,
        "emergency": """
            سینے میں درد
            سانس نہیں آ رہا
            seene mein dard
            behosh ho gaya
            """,
        "abuse": """
            میرا شوہر مجھے مارتا ہے
            گھریلو تشدد
            زبردستی شادی
            mera shohar mujhe maarta hai
            gharelu tashadud
            zabardasti shadi
            """,
        "safeguarding_child": "بچوں پر تشدد\nbachon par zulm",
        "safeguarding_adult": "بزرگوں پر تشدد",
        "homelessness": """
            بے گھر ہوں
            سونے کی جگہ نہیں
            beghar
            sone ki jagah nahi
            """,
    },
}

EVERYDAY = """
    dead end job
    dead end job want a change
    a killer quiz night
    killer heels dance class
    kill time
    somewhere to kill an hour
    cake to die for
    to die for
    hanging baskets
    hanging baskets workshop
    shooting practice
    clay pigeon shooting
    cutting hair
    hair cutting for older people
    cutting the grass
    someone to cut my hedge
    cutting down on smoking
    crafts and paper cutting
    killing weeds in the allotment
    my feet are killing me
    my back is killing me need exercise
    murder mystery evening
    drop dead gorgeous panto
    dead sea scrolls talk
    day of the dead crafts
    die hard film club
    dying to meet new people
    dyeing wool
    tie dye workshop
    i hit the gym every day
    want to hit the target with archery
    beat the blues
    beating stress
    beat me at chess
    drum beats
    hip hop beats
    jump rope
    jumping for toddlers
    trampolining
    bridge club
    learn to play bridge
    train to be a counsellor
    help to stop smoking
    give up smoking
    give up drinking
    i want to give up gambling
    ready to go back to work
    end of life care
    end my tenancy
    hospice support
    wants to die at home with family
    where can mum die peacefully
    making a will
    power of attorney
    funeral costs
    what happens when i die with my house
    missing my mum since she died
    i miss my husband
    my wife died last year
    grief after losing my son
    bereavement support
    bereaved but not religious
    widow group
    feeling lonely
    i feel lonely since my wife died
    nobody to talk to
    need to talk to someone
    feeling down
    low mood
    anxiety
    anxiety group
    panic attacks
    depression group
    stress at work
    cant sleep
    insomnia
    tired all the time
    postnatal depression
    baby blues
    new mum feeling low
    mums and babies
    crying baby advice
    breastfeeding help
    baby massage
    toddler tantrums
    my toddler bites other children
    toddler group
    my son is being bullied at school
    bullying at school
    youth club
    somewhere safe for teens after school
    teenage mental health
    councilling for teenagers
    counselling
    couples counselling
    marriage guidance
    divorce advice
    separated from my husband
    leaving my husband where do i stand
    child maintenance
    child benefit
    childcare costs
    children's centre
    child minding
    home education
    autistic child
    sensory play disabled child
    adhd assessment
    SEND support
    eviction notice
    rent arrears
    landlord wont fix the boiler
    damp in my flat
    mould in my house
    council housing list
    sheltered housing
    house swap
    moving house help
    furniture bank
    decorating help
    handyman
    handrails and ramps
    stairlift
    wheelchair hire
    shopping for housebound
    meals on wheels
    lunch club
    food bank
    food parcel today
    no money for shopping this week
    cost of living crisis
    energy crisis help
    cheap meals
    warm space
    heating bills
    prepay meter
    crisis loan
    debt advice
    drowning in debt
    owe money to everyone
    universal credit
    pip form help
    carers allowance
    attendance allowance
    unfair dismissal
    employment tribunal
    redundancy advice
    help with cv
    interview practice
    volunteer at the night shelter
    volunteering with homeless people
    help the homeless this christmas
    knitting for the homeless
    homeless dogs charity
    donate to homeless charity shop
    st john ambulance
    first aid course
    first aid for choking
    fire safety check
    smoke alarm fitting
    carbon monoxide alarm
    gas bill
    heart attack recovery group
    after my heart attack
    had a heart attack last year want exercise
    cardiac rehab
    stroke club
    stroke survivors
    after a stroke
    recovering from a stroke
    breast stroke lessons
    asthma
    copd breathing group
    breathe easy group
    singing for lung health
    chest clinic
    blood pressure check
    blood donation
    diabetes
    epilepsy support
    living with seizures
    falls prevention
    fell over and lost confidence
    lost weight
    lost my confidence
    lost my job
    lost my keys
    lost my husband to cancer
    memory cafe
    dementia
    mum keeps forgetting
    dad wandering at night
    carer break
    caring for mum and working full time
    someone to sit with dad in his last weeks
    respite
    dog grooming
    pet grooming
    male grooming
    grooming for dogs near me
    cat rescue
    donkey sanctuary
    wildlife refuge
    animal shelter
    bus shelter
    refugee help
    refugee women's group
    asylum support
    esol
    english lessons
    learn to read
    it help
    tablet lessons
    how to use my tablets and phone
    computer crashed
    computer virus
    my phone is dead
    dead battery
    dead tree removal
    internet for pensioners
    scam call pretending to be my bank
    someone rang pretending to be my bank
    hate crime
    victim support burglary
    noise complaint
    parking
    dial a ride
    lift to hospital
    transport to appointments
    hospital visiting
    couch to 5k
    walking football
    running group
    yoga
    tai chi
    chair exercise
    boxing club for girls
    kick boxing
    self defence class
    self help group
    self esteem
    self employed advice
    martial arts
    archery
    swimming lessons
    gun dog training
    knife skills cooking class
    knife crime workshop for youths
    fight night boxing
    fishing
    allotment
    community garden
    gardening
    bird watching
    pottery
    painting
    choir
    book club crime fiction
    crime novels reading group
    film club
    serial killer podcast club
    escape room
    escape to the country trip
    great escape film
    suffragette history
    suicide squad film
    tea dance
    bingo
    mens shed
    veterans breakfast
    lgbt cafe
    church
    mosque women's group
    african caribbean elders
    polish club
    black history
    alcohol abuse
    drug abuse help
    substance abuse counselling
    AA meetings
    gamblers anonymous
    racist abuse on the bus
    safeguarding training
    safeguarding course for volunteers
    child protection training
    unconscious bias training
    mental health first aid
    mental health support group
    wellbeing cafe
    mindfulness
    long covid
    cancer support
    chronic pain
    pain management
    painkillers
    pain in my knee
    weight loss
    healthy eating course
    i cant find a dentist
    cant cope with the garden
    cant cope with housework
    cant see the small print
    cant take it back to the shop
    i cant stand the heat
    can't drive any more
    dont want to live alone
    i dont want to live on my own
    fed up of being lonely
    tired of being alone
    hate my job
    sick of being stuck indoors
    i want to meet people
    i want to make friends
    i want to learn to swim
    want to stop drinking
    want to end my contract
    my partner has dementia
    my partner works away
    my husband has parkinsons
    my husband hates going out
    my wife hurt her back
    hurt my knee
    hurt my back
    wife needs help with dressing
    hit by energy bills
    hit hard by rent rise
    my daughter is pregnant
    my son wont leave his room
    my mum wont eat
    mum lives alone and is frail
    dad is 89 and lonely
    kicked out of school
    kicked off the bus with wheelchair
    kick start employment
    throw out old sofa
    chuck out rubbish
    car broke down
    breakdown cover
    a good night out
    night school
    bed frame wanted
    new bed for my child
    sleeping bag
    sleep clinic
    baby sleep advice
    house clearance
    home help
    home from hospital
    safe at home after hospital
    keeping safe online
    safe driving for older people
    safe walking routes
    street party
    street dance
    street food
    street pastors
    car boot sale
    car park
    van hire
    tent repair
    park run
    bench in the park
    police cadets
    neighbourhood watch
    fire station open day
    ambulance service jobs
    emergency food parcel
    emergency dentist
    emergency fuel voucher
    emergency contact card
    poison ivy
    pesticide advice
    rope making
    wrist pain
    throat singing
    blood test transport
    voice lessons
    voices choir
    community voices
    hearing voices group
    hearing aids
    hear live music
    over 60s
    pt needs pacing group
    lonely 76M likes snooker
    hx depression wants gym
    d/c home needs shopping
    OT equipment
    hello
    asdf
    """

EVERYDAY_OTHER = """
    banc bwyd
    grŵp cerdded
    dysgu Cymraeg
    clwb cinio
    gofalwyr ifanc
    helpu gyda biliau
    canu
    unig ers i fy ngwraig farw
    cyngor ar ddyledion
    مجھے اکیلا پن محسوس ہوتا ہے
    انگریزی کلاس
    کھانے کی مدد
    بچوں کے لیے کھیل
    خواتین کا گروپ
    نوکری کی تلاش
    angrezi class
    khana chahiye
    bachon ke liye khel
    mujhe akelapan mehsoos hota hai
    szukam pracy
    lekcje angielskiego od zaraz
    aide alimentaire
    gujarati bhasha ma yoga
    """


def lines(text: str) -> list[str]:
    """The sentences of a block, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]
